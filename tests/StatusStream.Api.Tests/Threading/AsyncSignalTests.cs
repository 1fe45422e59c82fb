using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Tests.Threading;

public class AsyncSignalTests
{
    private readonly AsyncSignal _signal = new();

    [Fact]
    public void WhatIsSetWhileNobodyWaitsLetsTheNextWaitThroughOnce()
    {
        _signal.Set();
        _signal.SetInline();

        Assert.True(WaitOnceAsync().IsCompletedSuccessfully);
        Assert.False(WaitOnceAsync().IsCompleted);
    }

    [Fact]
    public void SetHereLetsTheWaiterGoOnBeforeItReturns()
    {
        var waiter = WaitOnceAsync();
        _signal.SetInline();

        Assert.True(waiter.IsCompletedSuccessfully);
    }

    [Fact]
    public void AWaiterSleepsOnWhileItsAttendantManages()
    {
        var attendant = new InlineHandler(() => true);
        var waiter = AttendedWait(attendant);
        _signal.SetInline();
        _signal.SetInline();

        Assert.False(waiter.IsCompleted);
        Assert.Equal(2, attendant.Calls);
    }

    [Fact]
    public void AnAttendantThatCannotLetsTheWaiterGoOn()
    {
        var waiter = AttendedWait(new InlineHandler(() => false));
        _signal.SetInline();

        Assert.True(waiter.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task SetItselfDoesNotAskTheAttendant()
    {
        var attendant = new InlineHandler(() => true);
        var waiter = AttendedWait(attendant);
        _signal.Set();

        await waiter.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, attendant.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatIsSetWhileOneAttendsIsAttendedOnceMore(bool here)
    {
        var calls = 0;
        var attendant = new InlineHandler(() =>
        {
            if (++calls > 1) return true;
            if (here) _signal.SetInline();
            else _signal.Set();
            return true;
        });
        var waiter = AttendedWait(attendant);
        _signal.SetInline();

        Assert.Equal(2, calls);
        Assert.False(waiter.IsCompleted);
    }

    [Fact]
    public async Task WhatAnAttendantThrowsIsThrownToTheWaiterAndTheNextWaitIsAsGoodAsTheFirst()
    {
        var waiter = AttendedWait(new InlineHandler(() => throw new InvalidDataException("on purpose")));
        _signal.SetInline();

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => waiter);
        Assert.Equal("on purpose", thrown.Message);
        _signal.InlineHandler = null;
        var next = WaitOnceAsync();
        Assert.False(next.IsCompleted);
        _signal.SetInline();
        Assert.True(next.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task NothingSetFromAnyThreadIsMissedAndNobodyAttendsTwiceAtOnce()
    {
        const int Threads = 4, Sets = 20_000;
        var set = 0;
        var inside = 0;
        var overlaps = 0;
        var turns = 0;
        var isOver = false;
        var allSeen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (Interlocked.Increment(ref inside) > 1) Interlocked.Increment(ref overlaps);
            if (Volatile.Read(ref set) == Threads * Sets) allSeen.TrySetResult();
            Interlocked.Decrement(ref inside);
        }

        _signal.InlineHandler = new InlineHandler(() =>
        {
            Look();
            return ++turns % 7 != 0; // now and then the waiter must go on itself
        });
        var waiter = Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                await _signal.WaitAsync();
                Look();
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < Sets; i++)
            {
                Interlocked.Increment(ref set);
                if (thread == 0) _signal.Set();
                else _signal.SetInline();
            }
        })));

        await allSeen.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, overlaps);
        Volatile.Write(ref isOver, true);
        _signal.Set();
        await waiter.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private Task AttendedWait(InlineHandler attendant)
    {
        _signal.InlineHandler = attendant;
        return WaitOnceAsync();
    }

    // Outside the test runner's synchronization context, which would have the waiter go on elsewhere.
    private async Task WaitOnceAsync() => await _signal.WaitAsync().ConfigureAwait(false);

    private sealed class InlineHandler(Func<bool> attend) : IInlineHandler
    {
        public int Calls { get; private set; }

        public bool TryHandle()
        {
            Calls++;
            return attend();
        }
    }
}
