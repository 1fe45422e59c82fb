using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Control;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Tests.Control;

/// <summary><c>/control/polling/hang</c>: the poll loop stands still, and nothing else does.</summary>
public class InjectedPollingHangTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly InjectedHang _hang;

    public InjectedPollingHangTests() => _hang = new InjectedHang(_clock);

    [Fact]
    public async Task StreamsAndHealthGoOnWithoutThePollLoopWhichGoesOnByItself()
    {
        await using var api = await RunningApi.StartAsync(("environment", "Development"), ("Control:Enabled", "true"), ("StatusStream:HeartbeatInterval", "00:00:00.100"));
        using var client = await api.StreamAsync("a");
        await client.UntilAsync("batch a=active");

        var started = TimeProvider.System.GetTimestamp();
        using var answer = await api.Http.PostAsync(new Uri("/control/polling/hang?seconds=2", UriKind.Relative), content: null).Soon();
        var hung = await answer.JsonAsync();
        Assert.Equal((true, 2), (hung.GetProperty("polling").GetBoolean(), hung.GetProperty("seconds").GetInt32()));
        await client.UntilAsync("heartbeat");
        var reads = api.Backend.TotalReads;
        api.Backend.Says("a", "Paused");
        for (var i = 0; i < 5; i++) await client.UntilAsync("heartbeat");
        using var health = await api.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.InRange(api.Backend.TotalReads, reads, reads + 1); // one may have been under way

        await client.UntilAsync("a active->paused");
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(1.9));
    }

    [Fact]
    public async Task TheLoopsOwnCallsWaitWhateverIsCancelledAndTheOthersDoNot()
    {
        var calls = new CountedBackplane();
        var backplane = new HangingBackplane(calls, _hang);
        var term = new LeaseTerm(Records.Epoch, CancellationToken.None);
        using var over = new CancellationTokenSource();
        _hang.Begin(Duration);

        var load = backplane.LoadAsync(term, over.Token).AsTask();
        var watched = backplane.GetWatchedAsync(term, over.Token).AsTask();
        var publish = backplane.PublishAsync(term, Records.Confirmation(1, "a"), over.Token).AsTask();
        await over.CancelAsync();
        await backplane.NotifyAsync(["a"], CancellationToken.None).Soon();
        Assert.True(await backplane.CatchUpAsync(default, CancellationToken.None).Soon());
        _clock.Advance(Duration - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, calls.OfTheLoop);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(load, watched, publish).Soon();
        Assert.Equal(3, calls.OfTheLoop);
    }

    [Fact]
    public async Task AShorterHangDoesNotEndALongerOne()
    {
        _hang.Begin(Duration);
        _hang.Begin(Duration / 2);
        var waiting = _hang.WaitAsync(CancellationToken.None).AsTask();

        _clock.Advance(Duration - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await waiting.Soon();
    }

    [Theory]
    [InlineData("true", typeof(HangingBackplane))]
    [InlineData("false", typeof(InProcessBackplane))]
    public async Task NothingStandsBeforeTheBackplaneUnlessControlIsEnabled(string enabled, Type backplane)
    {
        await using var api = await RunningApi.StartAsync(("environment", "Development"), ("Control:Enabled", enabled));

        Assert.IsType(backplane, api.App.Services.GetRequiredService<IStatusBackplane>());
    }

    private sealed class CountedBackplane : IStatusBackplane
    {
        private int _ofTheLoop;

        public int OfTheLoop => Volatile.Read(ref _ofTheLoop);

        public TimeSpan ConfirmationGap => TimeSpan.Zero;

        public void Connect(IPollRequestReceiver? poller)
        {
        }

        public ValueTask<PublishOutcome> PublishAsync(LeaseTerm term, PollUpdate update, CancellationToken cancellationToken) => Count(PublishOutcome.Stored);

        public ValueTask<IReadOnlyList<AgedRecord>> LoadAsync(LeaseTerm term, CancellationToken cancellationToken) => Count<IReadOnlyList<AgedRecord>>([]);

        public ValueTask<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(LeaseTerm term, CancellationToken cancellationToken) =>
            Count<IReadOnlyList<WatchedPipeline>>([]);

        public ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<bool> CatchUpAsync(StatusVersion version, CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);

        private ValueTask<T> Count<T>(T answer)
        {
            Interlocked.Increment(ref _ofTheLoop); // they all go on at once
            return ValueTask.FromResult(answer);
        }
    }
}
