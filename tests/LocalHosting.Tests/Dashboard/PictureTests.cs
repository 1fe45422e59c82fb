using Microsoft.Extensions.Time.Testing;
using PipelineAspire.LocalHosting.Dashboard.Picture;
using PipelineAspire.LocalHosting.Dashboard.Views;

namespace PipelineAspire.LocalHosting.Tests.Dashboard;

public sealed class PictureTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void ARateIsKnownFromTheSecondCountOnAndCoversFiveOfThem()
    {
        var rate = new RateMeter(_clock);
        rate.Add(1000);
        Assert.Null(rate.PerSecond);

        foreach (var count in new[] { 60, 6, 6, 6, 6, 6 })
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            rate.Add(count);
        }

        Assert.Equal(6, rate.PerSecond);
        Assert.Equal([60, 6, 6, 6, 6, 6], rate.History);
    }

    [Fact]
    public void ACounterThatBeganAnewHasGrownByWhatItSays()
    {
        var counted = new Counted();

        Assert.Equal(0, counted.Growth("backend", 500));
        Assert.Equal(20, counted.Growth("backend", 520));
        Assert.Equal(7, counted.Growth("backend", 7));
        Assert.Equal(0, counted.Growth("other", 9));
    }

    [Fact]
    public void LatencyIsTheTimeFromTheBackendsChangeToTheArrival()
    {
        var latency = new LatencyMeter(_clock);
        var now = _clock.GetUtcNow();
        latency.Add(Arrived("orders", now, readAgoMs: 5), now.AddMilliseconds(-1500));
        latency.Add(Arrived("billing", now, readAgoMs: 9), now.AddMilliseconds(-300));
        latency.Add(Arrived("invoices", now, readAgoMs: 7), now.AddMilliseconds(-900));

        Assert.Equal(new LatencyView(3, 900, 1500, 7), latency.Look());

        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(latency.Look());
    }

    [Fact]
    public void AChangeOtherThanTheOneToldIsNotMeasured()
    {
        var latency = new LatencyMeter(_clock);
        var now = _clock.GetUtcNow();

        // The backend changed it again before it was asked when.
        latency.Add(Arrived("orders", now, readAgoMs: 5), now.AddMilliseconds(40));
        // What was told is known to have come already: this is a repetition.
        latency.Add(Arrived("orders", now.AddSeconds(2), readAgoMs: 5), now.AddMilliseconds(-100));

        Assert.Null(latency.Look());
    }

    private static Arrival Arrived(string pipeline, DateTimeOffset at, int readAgoMs) => new(pipeline, at, at.AddMilliseconds(-readAgoMs));
}
