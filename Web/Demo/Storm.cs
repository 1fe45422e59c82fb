namespace PipelineAspire.Web.Demo;

/// <summary>Ten seconds in which the backend's pipelines change faster than anybody can read. One at a time.</summary>
internal sealed class Storm(DemoBackend backend, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int Changes = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Values = ["Running", "Pausing", "Paused", "Resuming", "Failed", "Deploying", "Stopping", "Stopped"];

    private int _isBlowing;

    /// <summary>True while it lasts.</summary>
    public bool IsBlowing => Volatile.Read(ref _isBlowing) == 1;

    /// <summary>Begins one, unless there is one.</summary>
    public void Begin(IReadOnlyList<string> pipelines)
    {
        if (pipelines.Count == 0 || Interlocked.Exchange(ref _isBlowing, 1) == 1) return;
        _ = BlowAsync(pipelines, lifetime.ApplicationStopping);
    }

    private async Task BlowAsync(IReadOnlyList<string> pipelines, CancellationToken stopping)
    {
        try
        {
            for (var change = 0; change < Changes; change++)
            {
                await backend.SetAsync(pipelines[Random.Shared.Next(pipelines.Count)], Values[Random.Shared.Next(Values.Length)], stopping);
                await Task.Delay(Pause, time, stopping);
            }

            foreach (var pipeline in pipelines) await backend.SetAsync(pipeline, "Running", stopping);
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, stopping) || e is OperationCanceledException)
        {
            // The backend is gone, or Web stops: so does the storm.
        }
        finally
        {
            Volatile.Write(ref _isBlowing, 0);
        }
    }
}
