using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane.Upstream;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>What comes late on a stream is known to be late, whatever the clock of the other hub says.</summary>
public class UpstreamClockTests
{
    private static readonly TimeSpan HalfASecond = TimeSpan.FromSeconds(0.5);

    private readonly FakeTimeProvider _time = new();
    private readonly UpstreamClock _clock;
    private TimeSpan _there = TimeSpan.FromDays(17); // the other hub has been running for longer

    public UpstreamClockTests() => _clock = new UpstreamClock(_time);

    [Fact]
    public void WhatComesInTimeHasNoAge()
    {
        Hear();
        for (var i = 0; i < 1000; i++)
        {
            Pass(HalfASecond);
            Assert.Equal(TimeSpan.Zero, Hear());
        }
    }

    [Fact]
    public void TheFirstEventMayBeAsOldAsTheRequest()
    {
        Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(2), _clock.AgeOf(Clock));
    }

    [Fact]
    public void WhatWaitedWhileThisProcessStoodStillIsAsOldAsItWaited()
    {
        Hear();
        var said = new List<(long Clock, TimeSpan At)>();
        for (var i = 0; i < 20; i++)
        {
            Pass(HalfASecond);
            said.Add((Clock, _there));
        }

        Assert.All(said, it => AssertNear(_there - it.At, _clock.AgeOf(it.Clock)));
        Pass(HalfASecond);
        AssertNear(TimeSpan.Zero, Hear());
    }

    /// <summary>A queue in the network that stays: hours later its events must not count as in time.</summary>
    [Fact]
    public void ADelayThatBeginsLateAndStaysIsStillADelay()
    {
        Hear();
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromHours(6); passed += HalfASecond)
        {
            Pass(HalfASecond);
            Hear();
        }

        var delay = TimeSpan.FromSeconds(5);
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(5); passed += HalfASecond)
        {
            Pass(HalfASecond);
            Assert.InRange(_clock.AgeOf((long)(_there - delay).TotalMilliseconds), delay * 0.9, delay * 1.1);
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void ClocksThatDriftApartForADayMakeNothingLate(int partsPerMillion)
    {
        Hear();
        var oldest = TimeSpan.Zero;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromDays(1); passed += HalfASecond)
        {
            _time.Advance(HalfASecond);
            _there += HalfASecond * (1 + (partsPerMillion / 1e6));
            var age = Hear();
            if (age > oldest) oldest = age;
        }

        Assert.InRange(oldest, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));
    }

    private long Clock => (long)_there.TotalMilliseconds;

    private static void AssertNear(TimeSpan expected, TimeSpan actual) =>
        Assert.InRange(actual, expected - TimeSpan.FromMilliseconds(10), expected + TimeSpan.FromMilliseconds(10));

    private TimeSpan Hear() => _clock.AgeOf(Clock);

    private void Pass(TimeSpan time)
    {
        _time.Advance(time);
        _there += time;
    }
}
