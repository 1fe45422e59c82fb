using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.ServiceDefaults.Memory;

namespace PipelineAspire.StatusStream.Tests.Memory;

/// <summary>Memory is given back when a burst is over, seldom, and never for what a busy server allocates all the time.</summary>
public sealed class MemoryTrimmerTests
{
    private const long Much = MemoryTrimmer.Burst * 4;
    private const long Little = 100_000;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ABurstIsTrimmedOnceItHasBeenCalmForLongerThanAPollInterval()
    {
        var memory = new FakeMemory(_time);
        using var trimmer = new MemoryTrimmer(memory, _time, NullLogger<MemoryTrimmer>.Instance);

        LookAfter(trimmer, memory, Much, Little, Little);
        Assert.Equal(0, memory.Trims);

        LookAfter(trimmer, memory, Little);
        Assert.Equal(1, memory.Trims);

        LookAfter(trimmer, memory, [.. Enumerable.Repeat(Little, 100)]);
        Assert.Equal(1, memory.Trims);
    }

    [Fact]
    public void ABurstThatGoesOnIsNotTrimmedMeanwhile()
    {
        var memory = new FakeMemory(_time);
        using var trimmer = new MemoryTrimmer(memory, _time, NullLogger<MemoryTrimmer>.Instance);

        LookAfter(trimmer, memory, Much, Little, Little, Much, Little, Little, Much / 2, Little, Little);
        Assert.Equal(0, memory.Trims);

        LookAfter(trimmer, memory, Little);
        Assert.Equal(1, memory.Trims);
    }

    [Fact]
    public void WhatIsAllocatedAllTheTimeIsNoBurst()
    {
        var memory = new FakeMemory(_time);
        using var trimmer = new MemoryTrimmer(memory, _time, NullLogger<MemoryTrimmer>.Instance);

        LookAfter(trimmer, memory, [.. Enumerable.Repeat(MemoryTrimmer.Burst - 1, 100)]);
        LookAfter(trimmer, memory, [.. Enumerable.Repeat(Much, 100)]);

        Assert.Equal(0, memory.Trims);
    }

    [Fact]
    public void WhatIsAllocatedAtEveryOtherLookIsNotCalm()
    {
        var memory = new FakeMemory(_time);
        using var trimmer = new MemoryTrimmer(memory, _time, NullLogger<MemoryTrimmer>.Instance);

        for (var i = 0; i < 100; i++) LookAfter(trimmer, memory, Much, 0, 0);

        Assert.Equal(0, memory.Trims);
    }

    [Fact]
    public void TrimmingTakesAtMostOneHundredthOfTheTime()
    {
        var memory = new FakeMemory(_time) { TrimTakes = TimeSpan.FromSeconds(0.5) };
        using var trimmer = new MemoryTrimmer(memory, _time, NullLogger<MemoryTrimmer>.Instance);
        var began = _time.GetTimestamp();

        for (var i = 0; i < 100; i++) LookAfter(trimmer, memory, Much, Little, Little, Little);

        var share = memory.Trims * memory.TrimTakes / _time.GetElapsedTime(began);
        Assert.InRange(share, 0.005, 0.011);
    }

    [Fact]
    public async Task ItLooksByItselfWhileTheServerRuns()
    {
        var memory = new FakeMemory(_time);
        using var trimmer = new MemoryTrimmer(memory, _time, NullLogger<MemoryTrimmer>.Instance);
        await trimmer.StartAsync(CancellationToken.None);

        _time.Advance(MemoryTrimmer.LookEvery);

        await memory.Looked.WaitAsync(TimeSpan.FromSeconds(30));
        await trimmer.StopAsync(CancellationToken.None);
    }

    /// <summary>Looks once after each of these was allocated.</summary>
    private void LookAfter(MemoryTrimmer trimmer, FakeMemory memory, params long[] allocated)
    {
        foreach (var bytes in allocated)
        {
            memory.Allocate(bytes);
            _time.Advance(MemoryTrimmer.LookEvery);
            trimmer.Look();
        }
    }
}
