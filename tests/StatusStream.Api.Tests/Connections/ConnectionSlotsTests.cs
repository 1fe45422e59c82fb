using Microsoft.Extensions.Logging.Testing;
using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Connections;

public sealed class ConnectionSlotsTests
{
    private readonly WaitingClock _clock = new();
    private readonly FakeLogger<ConnectionSlots> _log = new();
    private readonly List<string> _aborted = [];
    private readonly ConnectionSlots _slots;
    private bool _filesAreShort;
    private bool _isUnread;

    public ConnectionSlotsTests() =>
        _slots = new ConnectionSlots(new ConnectionLimits(Connections: 4, Streams: 1, OwnConnections: 1), () => _filesAreShort, _clock, _log);

    [Fact]
    public void WhileThereAreFreePlacesNobodyIsSentAway()
    {
        for (var count = 0; count < 3; count++) Enter($"{count}");

        Assert.True(_slots.WaitForRoomAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.Empty(_aborted);
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task AFullHouseClosesWhatWaitsBetweenRequestsLongestFirst()
    {
        foreach (var name in (string[])["first", "second"]) Serve(Enter(name));
        Enter("busy").Begin();
        Enter("new");
        _clock.Advance(ConnectionSlots.IdlePatience);

        await _slots.WaitForRoomAsync(CancellationToken.None).Soon();

        Assert.Equal(["first"], _aborted);
        Assert.Contains("4 are open, 1 of them busy", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAnswerStillOnItsWayIsNotCutShort()
    {
        for (var count = 0; count < 4; count++) Serve(Enter($"{count}"));

        var waiting = _slots.WaitForRoomAsync(CancellationToken.None).AsTask();
        Assert.Empty(_aborted);
        await AdvanceUntilAsync(waiting);

        Assert.Equal(["0"], _aborted);
    }

    [Fact]
    public async Task AProcessThatIsBehindLetsAnswersBeSentFirst()
    {
        for (var count = 0; count < 4; count++) Serve(Enter($"{count}"));

        await AssertNobodyIsSentAwayWhileLooksAreLateAsync();
    }

    [Fact]
    public async Task AConnectionThatSendsNoRequestIsWaitedForOnlyAWhile()
    {
        for (var count = 0; count < 4; count++) Enter($"{count}");

        var waiting = _slots.WaitForRoomAsync(CancellationToken.None).AsTask();
        _clock.Advance(ConnectionSlots.FirstRequestPatience / 2);
        Assert.Empty(_aborted);
        await AdvanceUntilAsync(waiting);

        Assert.Equal(["0"], _aborted);
    }

    [Fact]
    public async Task ARequestThatHasArrivedIsWaitedForWhenThisProcessIsBehind()
    {
        _isUnread = true;
        for (var count = 0; count < 4; count++) Enter($"{count}");

        var waiting = _slots.WaitForRoomAsync(CancellationToken.None).AsTask();
        _clock.Advance(ConnectionSlots.FirstRequestPatience * 2);
        Assert.Empty(_aborted);
        await AdvanceUntilAsync(waiting);

        Assert.Equal(["0"], _aborted);
    }

    [Fact]
    public async Task AProcessThatIsBehindLetsRequestsBeSeenFirst()
    {
        for (var count = 0; count < 4; count++) Enter($"{count}");

        await AssertNobodyIsSentAwayWhileLooksAreLateAsync();
    }

    [Fact]
    public async Task WhileNewConnectionsAreServedOneByOneTheOthersAreWaitedFor()
    {
        for (var count = 0; count < 3; count++) Enter($"{count}");
        var served = Enter("served");
        _clock.Advance(ConnectionSlots.FirstRequestPatience);
        served.Begin();

        var waiting = _slots.WaitForRoomAsync(CancellationToken.None).AsTask();
        Assert.Empty(_aborted);
        await AdvanceUntilAsync(waiting);

        Assert.Equal(["0"], _aborted);
    }

    [Fact]
    public async Task AFloodOfHalfSentRequestsIsWaitedForLessAndLess()
    {
        var start = _clock.GetTimestamp();
        for (var count = 0; count < 100; count++)
        {
            await AdvanceUntilAsync(_slots.WaitForRoomAsync(CancellationToken.None).AsTask());
            Enter($"{count}");
        }

        // At full patience it would be 24 times a second.
        Assert.Equal(96, _aborted.Count);
        Assert.InRange(_clock.GetElapsedTime(start).TotalSeconds, 1, 12);
    }

    [Fact]
    public async Task WhatIsBusyIsNeverClosedAndNewClientsWaitUntilItIsOver()
    {
        var busy = Enumerable.Range(0, 4).Select(count => Enter($"{count}")).ToArray();
        foreach (var slot in busy) slot.Begin();

        var waiting = _slots.WaitForRoomAsync(CancellationToken.None).AsTask();
        for (var step = 0; step < 20; step++) _clock.Advance(ConnectionSlots.FirstRequestPatience);
        Assert.Empty(_aborted);
        Assert.False(waiting.IsCompleted);
        _slots.Release(busy[0]);

        await waiting.Soon();
        Assert.Empty(_aborted);
    }

    [Fact]
    public void TheLastPlacesAreForHealth()
    {
        var slots = Enumerable.Range(0, 4).Select(count => Enter($"{count}")).ToArray();

        Assert.True(slots[0].TryBegin(isHealth: false));
        Assert.True(slots[1].TryBegin(isHealth: false));
        Assert.False(slots[2].TryBegin(isHealth: false));
        Assert.True(slots[2].TryBegin(isHealth: true));
        Assert.True(slots[0].TryBegin(isHealth: false)); // a second request of a busy connection takes no slot
        slots[1].End();
        Assert.False(slots[3].TryBegin(isHealth: false));
        slots[2].End();
        Assert.True(slots[3].TryBegin(isHealth: false));
    }

    [Fact]
    public async Task WhenDescriptorsRunShortNothingIsAcceptedAndIdleConnectionsGo()
    {
        _filesAreShort = true;
        Serve(Enter("idle"));
        _clock.Advance(ConnectionSlots.IdlePatience);

        var waiting = _slots.WaitForRoomAsync(CancellationToken.None).AsTask();
        Assert.Equal(["idle"], _aborted);
        Assert.False(waiting.IsCompleted);
        _filesAreShort = false;

        await AdvanceUntilAsync(waiting);
    }

    [Fact]
    public async Task AServerThatStopsWaitsNoLonger()
    {
        _filesAreShort = true;
        using var stop = new CancellationTokenSource();
        var waiting = _slots.WaitForRoomAsync(stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
    }

    private ConnectionSlot Enter(string name)
    {
        ConnectionSlot? slot = null;
        return slot = _slots.Enter(() =>
        {
            _aborted.Add(name);
            _slots.Release(slot!);
        }, () => _isUnread);
    }

    private static void Serve(ConnectionSlot slot)
    {
        slot.Begin();
        slot.End();
    }

    private async Task AssertNobodyIsSentAwayWhileLooksAreLateAsync()
    {
        var waiting = _slots.WaitForRoomAsync(CancellationToken.None).AsTask();
        for (var looks = 0; looks < 6; looks++)
        {
            await _clock.WaitedForAsync().Soon();
            _clock.Advance(ConnectionSlots.FirstRequestPatience / 2);
        }

        await _clock.WaitedForAsync().Soon();
        Assert.Empty(_aborted);
        await AdvanceUntilAsync(waiting);
        Assert.Equal(["0"], _aborted);
    }

    private async Task AdvanceUntilAsync(Task task)
    {
        for (var step = 0; step < 10_000 && !task.IsCompleted; step++)
        {
            await Task.WhenAny(task, _clock.WaitedForAsync()).Soon();
            if (!task.IsCompleted) _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        await task.Soon();
    }
}
