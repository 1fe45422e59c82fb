using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream.Tests.Streaming;

public sealed class HeartbeatWheelTests : IDisposable
{
    private static readonly TimeSpan Revolution = TimeSpan.FromSeconds(30);

    // The wheel has 128 spokes: whoever joins waits for the next one first.
    private static readonly TimeSpan Spoke = Revolution / 128;

    private readonly FakeTimeProvider _clock = new();
    private readonly HeartbeatWheel _wheel;

    private readonly FakeLogger<HeartbeatWheel> _logger = new();
    private readonly CancellationTokenSource _stop = new();

    public HeartbeatWheelTests() => _wheel = Wheel(_clock);

    public void Dispose()
    {
        _stop.Cancel();
        _wheel.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public void AStreamBeatsOncePerRevolutionCountedFromWhenItJoined()
    {
        Pass(TimeSpan.FromSeconds(7.3));
        var stream = new Beats(_clock);
        var joined = _clock.GetUtcNow();
        _wheel.Join(stream);
        Pass(TimeSpan.FromMinutes(2));

        Assert.Equal(4, stream.Times.Count);
        for (var i = 0; i < 4; i++) Assert.InRange(stream.Times[i] - joined, ((i + 1) * Revolution) - Spoke, ((i + 1) * Revolution) + Spoke);
    }

    [Fact]
    public void StreamsThatCameApartBeatApart()
    {
        var streams = new List<Beats>();
        for (var i = 0; i < 30; i++)
        {
            streams.Add(new Beats(_clock));
            _wheel.Join(streams[^1]);
            Pass(TimeSpan.FromSeconds(1));
        }

        Pass(TimeSpan.FromSeconds(31));
        Assert.Equal(30, streams.Select(stream => stream.Times[0]).Distinct().Count());
    }

    [Fact]
    public void StreamsThatCameAllAtOnceDoNotBeatAllAtOnce()
    {
        Pass(TimeSpan.FromSeconds(11));
        var streams = Enumerable.Range(0, 10_000).Select(_ => new Beats(_clock)).ToList();
        foreach (var stream in streams) _wheel.Join(stream);
        var joined = _clock.GetUtcNow();
        Pass(TimeSpan.FromSeconds(91));

        var crowds = streams.GroupBy(stream => stream.Times[0]).Select(group => group.Count()).ToList();
        Assert.InRange(crowds.Max(), 1, 10_000 / 15); // of 32 places; the test's clock may turn two at once
        Assert.All(streams, stream => Assert.InRange(stream.Times[0] - joined, Revolution * 0.74, Revolution + Spoke));
        Assert.All(streams, stream => Assert.InRange(stream.Times[2] - stream.Times[1], Revolution - Spoke, Revolution + Spoke));
    }

    [Fact]
    public void AWheelThatWasEmptyForLongBeatsANewcomerAsIfItWereTheFirst()
    {
        _wheel.Join(new Beats(_clock)).Dispose();
        Pass(TimeSpan.FromMinutes(5));
        var stream = new Beats(_clock);
        var joined = _clock.GetUtcNow();
        _wheel.Join(stream);
        Pass(TimeSpan.FromSeconds(35));

        Assert.InRange(Assert.Single(stream.Times) - joined, Revolution - Spoke, Revolution + Spoke);
    }

    [Fact]
    public void WhoHasLeftBeatsNoMore()
    {
        var stays = new Beats(_clock);
        var leaves = new Beats(_clock);
        _wheel.Join(stays);
        var seat = _wheel.Join(leaves);
        Pass(TimeSpan.FromSeconds(31));
        seat.Dispose();
        Pass(TimeSpan.FromSeconds(60));

        Assert.Equal(3, stays.Times.Count);
        Assert.Single(leaves.Times);
    }

    [Fact]
    public void WhenTheLastStreamHasLeftTheLoopRestsAndIsNotTakenForOneThatStandsStill()
    {
        var loop = new BackgroundLoop("heartbeats", _clock);
        using var wheel = new HeartbeatWheel(Options.Create(new StreamingOptions()), _clock, _logger);
        _ = wheel.RunAsync(loop, _stop.Token);
        var stream = wheel.Join(new Beats(_clock));
        Pass(Revolution);
        stream.Dispose();

        Pass(Revolution + BackgroundLoop.Tolerance + Spoke);

        Assert.Null(loop.Overdue());
    }

    [Fact]
    public void EmptySpokesRingNoTimer()
    {
        var clock = new CountingClock();
        using var wheel = Wheel(clock);
        var stream = new Beats(clock);
        wheel.Join(stream);
        for (var passed = TimeSpan.Zero; passed < Revolution * 10; passed += Spoke) clock.Pass(Spoke);

        Assert.InRange(stream.Times.Count, 9, 10);
        Assert.InRange(clock.Rung, 9, 20);
    }

    [Fact]
    public void ATimerThatComesLateSkipsNobodyAndBeatsNobodyTwice()
    {
        var clock = new SluggishClock();
        using var wheel = Wheel(clock);
        var streams = new List<Beats>();
        for (var i = 0; i < 20; i++)
        {
            streams.Add(new Beats(clock));
            wheel.Join(streams[^1]);
            clock.Advance(TimeSpan.FromSeconds(1));
            clock.Fire();
        }

        clock.Advance(TimeSpan.FromSeconds(25));
        clock.Fire();
        Assert.All(streams.Take(14), stream => Assert.Single(stream.Times));

        clock.Advance(TimeSpan.FromMinutes(10));
        clock.Fire();
        Assert.All(streams.Take(14), stream => Assert.Equal(2, stream.Times.Count));
    }

    [Fact]
    public void AStreamThatFailsIsLoggedAndCostsNobodyElseAHeartbeat()
    {
        var stream = new Beats(_clock);
        _wheel.Join(new Broken());
        _wheel.Join(stream);
        _wheel.Join(new Broken());
        Pass(Revolution * 2.5);

        Assert.Equal(2, stream.Times.Count);
        Assert.Equal(4, _logger.Collector.GetSnapshot().Count(record => record is { Level: LogLevel.Error, Exception: InvalidOperationException }));
    }

    private HeartbeatWheel Wheel(TimeProvider clock)
    {
        var wheel = new HeartbeatWheel(Options.Create(new StreamingOptions()), clock, _logger);
        _ = wheel.RunAsync(new BackgroundLoop("heartbeats", clock), _stop.Token);
        return wheel;
    }

    private sealed class Broken : IHeartbeatTarget
    {
        public void SendHeartbeat() => throw new InvalidOperationException("broken");
    }

    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(100)) _clock.Advance(TimeSpan.FromMilliseconds(100));
    }

    private sealed class Beats(TimeProvider clock) : IHeartbeatTarget
    {
        public List<DateTimeOffset> Times { get; } = [];

        public void SendHeartbeat() => Times.Add(clock.GetUtcNow());
    }

    /// <summary>A clock whose timers run only when told to.</summary>
    private sealed class SluggishClock : TimeProvider
    {
        private readonly List<Action> _timers = [];
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return new NoTimer();
        }

        public void Advance(TimeSpan time) => _now += time;

        public void Fire() => _timers.ForEach(timer => timer());

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
