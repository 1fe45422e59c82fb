namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>A replica that asks for tokens, and another with a relay in front.</summary>
public sealed class GuardedPair : IAsyncLifetime
{
    private Guarded? _straight;
    private Guarded? _relayed;

    public async Task InitializeAsync()
    {
        _straight = await Guarded.StartAsync();
        _relayed = await Guarded.StartAsync(isRelayed: true);
    }

    public async Task DisposeAsync()
    {
        if (_straight is not null) await _straight.DisposeAsync();
        if (_relayed is not null) await _relayed.DisposeAsync();
    }

    internal Guarded Of(bool isRelayed) => (isRelayed ? _relayed : _straight)!;
}
