namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Changes one pipeline after the other, each every 1.5 s: fewer than ten changes in any outage of these tests.</summary>
internal sealed class Churn : IAsyncDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1.5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _changing;

    public Churn(Backend backend, IReadOnlyList<string> pipelineIds) => _changing = ChangeAsync(backend, pipelineIds);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _changing.WaitAsync(Bounded.Patience);
        _stopping.Dispose();
    }

    private async Task ChangeAsync(Backend backend, IReadOnlyList<string> pipelineIds)
    {
        using var ticks = new PeriodicTimer(Round / pipelineIds.Count, TimeProvider.System);
        try
        {
            for (var i = 0; ; i = (i + 1) % pipelineIds.Count)
            {
                await ticks.WaitForNextTickAsync(_stopping.Token);
                await backend.ChangeAsync(pipelineIds[i]);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Enough.
        }
    }
}
