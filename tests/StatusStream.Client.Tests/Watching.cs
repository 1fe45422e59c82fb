using Microsoft.Extensions.Time.Testing;

namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>A client at work against a scripted server, under a clock of the test and a chance that is always the same.</summary>
internal sealed class Watching : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;
    private readonly CancellationTokenSource _leaving = new();
    private readonly IAsyncEnumerator<StatusEvent> _events;

    public Watching(StatusStreamClientOptions? options = null, double chance = 0, params string[] pipelineIds)
    {
        _http = new HttpClient(Server) { BaseAddress = new Uri("http://status.test") };
        var client = new StatusStreamClient(_http, options, Clock, new FixedRandom(chance));
        _events = client.WatchAsync(pipelineIds.Length > 0 ? pipelineIds : ["orders"], _leaving.Token).GetAsyncEnumerator();
    }

    public FakeTimeProvider Clock { get; } = new();

    public ScriptedServer Server { get; } = new();

    /// <summary>The stream that is open, for tests of one connection after the other.</summary>
    public ScriptedStream? Last { get; set; }

    /// <summary>The next event, which is one of this kind.</summary>
    public async Task<T> NextAsync<T>()
        where T : StatusEvent => Assert.IsType<T>(await Pull().WaitAsync(Patience));

    /// <summary>Begins to wait for the next event.</summary>
    public async Task<StatusEvent> Pull()
    {
        Assert.True(await _events.MoveNextAsync());
        return _events.Current;
    }

    /// <summary>Lets the client wait out its delay, and no more: it has not asked a moment before.</summary>
    public async Task<T> AfterDelayAsync<T>(TimeSpan delay)
        where T : StatusEvent
    {
        var before = Server.Requests.Count;
        var next = Pull();
        Clock.Advance(delay - TimeSpan.FromMilliseconds(1));
        Assert.Equal(before, Server.Requests.Count);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        return Assert.IsType<T>(await next.WaitAsync(Patience));
    }

    public Task CancelAsync() => _leaving.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _events.DisposeAsync();
        _leaving.Dispose();
        _http.Dispose();
    }

    private sealed class FixedRandom(double chance) : Random
    {
        public override double NextDouble() => chance;
    }
}
