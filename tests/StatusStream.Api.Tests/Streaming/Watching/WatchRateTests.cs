using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Streaming.Watching;

namespace PipelineAspire.StatusStream.Tests.Streaming.Watching;

public class WatchRateTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void FourAtOnceAreTakenAndTheFifthIsToldWhenToComeBack()
    {
        var rate = new WatchRate(_clock);
        for (var i = 0; i < 4; i++) Assert.True(rate.TryPass(out _));

        Assert.False(rate.TryPass(out var retryAfter));
        Assert.Equal(TimeSpan.FromMilliseconds(250), retryAfter);
        _clock.Advance(retryAfter);
        Assert.True(rate.TryPass(out _));
        Assert.False(rate.TryPass(out _));
    }

    [Fact]
    public void FourASecondAreTakenForEver()
    {
        var rate = new WatchRate(_clock);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(rate.TryPass(out _));
            _clock.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    [Fact]
    public void AnHourOfRestAllowsNoMoreThanFourAtOnce()
    {
        var rate = new WatchRate(_clock);
        _clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 4; i++) Assert.True(rate.TryPass(out _));

        Assert.False(rate.TryPass(out _));
    }
}
