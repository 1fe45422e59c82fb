namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>All cases at once: together they take little longer than one.</summary>
public sealed class RefusalMatrix : IAsyncLifetime
{
    /// <summary>Few cases start at once, so that they leave something of the processors to whatever else runs.</summary>
    private const int StartingAtOnce = 2;

    /// <summary>Threads that block while a replica connects must not keep all other replicas waiting.</summary>
    private const int Threads = 64;

    private readonly SemaphoreSlim _starting = new(StartingAtOnce);
    private Dictionary<string, Task<RefusalOutcome>> _cases = [];

    public Task InitializeAsync()
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        _cases = Troubles.Chosen.ToDictionary(trouble => trouble.Name, trouble => Task.Run(() => new RefusalCase(trouble).RunAsync(_starting)));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_cases.Values.Select(outcome => outcome.ContinueWith(_ => { }, TaskScheduler.Default)));
        _starting.Dispose();
    }

    internal Task<RefusalOutcome> OutcomeAsync(string trouble) => _cases[trouble];
}
