using System.Text;
using PipelineAspire.Benchmarks.Backends;

namespace PipelineAspire.Benchmarks.Load;

/// <summary>
/// Makes changes: toggles one pipeline after the other in the backend and says so to the server, so that the pace does
/// not depend on the poll interval. A pipeline is read on demand at most once per 250 ms: each rests as long.
/// </summary>
internal sealed class ChangeDriver(ScriptedBackend backend, Uri server, Fleet fleet) : IDisposable
{
    private static readonly TimeSpan PipelineRest = TimeSpan.FromMilliseconds(255);
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { BaseAddress = server, Timeout = LongestStall };
    private readonly long[] _changedAt = new long[fleet.Plan.Pipelines];
    private readonly int[] _changes = new int[fleet.Plan.Pipelines];
    private int _next;

    /// <summary>The pipeline that changes next.</summary>
    public int Next => _next;

    /// <summary>How many changes were made.</summary>
    public int Changes { get; private set; }

    /// <summary>How many updates all streams together should have had by now.</summary>
    public long Expected { get; private set; }

    /// <summary>How many updates a stream should have had by now.</summary>
    public int ExpectedOf(int client) => fleet.Plan.IsSpread ? _changes[client % _changes.Length] : Changes;

    /// <summary>Makes changes and waits until they have been delivered to everybody, or nothing comes any more.</summary>
    /// <param name="events">How many.</param>
    /// <param name="rate">How many a second; 0 is as fast as the window allows.</param>
    /// <param name="window">How many may be undelivered at rate 0.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RunAsync(int events, double rate, int window, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < events; i++)
        {
            if (rate > 0)
                await DelayAsync(TimeSpan.FromSeconds(i / rate) - TimeProvider.System.GetElapsedTime(begun), cancellationToken);
            else if (i >= window && !await fleet.ReachAsync(Expected - ((long)(window - 1) * fleet.Plan.AudienceOf(_next)), LongestStall, cancellationToken))
                return; // what is missing is said by the check of the streams
            await ChangeAsync(cancellationToken);
        }

        await fleet.ReachAsync(Expected, LongestStall, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="BenchmarkException">The server does not take the notification.</exception>
    private async Task ChangeAsync(CancellationToken cancellationToken)
    {
        var pipeline = _next;
        _next = (_next + 1) % _changedAt.Length;
        if (_changedAt[pipeline] != 0)
            await DelayAsync(PipelineRest - TimeProvider.System.GetElapsedTime(_changedAt[pipeline]), cancellationToken);
        _changedAt[pipeline] = TimeProvider.System.GetTimestamp();
        _changes[pipeline]++;
        Changes++;
        Expected += fleet.Plan.AudienceOf(pipeline);
        backend[pipeline].Toggle();
        await NotifyAsync(pipeline, cancellationToken);
    }

    private async Task NotifyAsync(int pipeline, CancellationToken cancellationToken)
    {
        try
        {
            using var body = new StringContent($$"""{"pipelineIds":["{{FleetPlan.Name(pipeline)}}"]}""", Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(new Uri("/ui-api/pipeline/notify", UriKind.Relative), body, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new BenchmarkException($"{server} answers {(int)response.StatusCode} to a notification (StatusStream:NotifyKey must not be set).");
            }
        }
        catch (HttpRequestException e)
        {
            throw new BenchmarkException($"{server} cannot be notified: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BenchmarkException($"{server} did not answer a notification within {LongestStall.TotalSeconds} s.", e);
        }
    }

    private static Task DelayAsync(TimeSpan time, CancellationToken cancellationToken) =>
        time > TimeSpan.Zero ? Task.Delay(time, TimeProvider.System, cancellationToken) : Task.CompletedTask;
}
