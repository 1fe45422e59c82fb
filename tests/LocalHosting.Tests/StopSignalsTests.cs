using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Tests;

public sealed class StopSignalsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StopSignals _signals;
    private int _killed;

    public StopSignalsTests() => _signals = new StopSignals(_clock, () => _killed++);

    public void Dispose() => _signals.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGHUP)]
    [InlineData(PosixSignal.SIGQUIT)]
    public void EachSignalAsksToStop(PosixSignal signal)
    {
        _signals.Receive(signal);

        Assert.True(_signals.Asked.IsCancellationRequested);
        Assert.Equal(0, _killed);
    }

    [Fact]
    public void ASecondCtrlCKills()
    {
        _signals.Receive(PosixSignal.SIGINT);
        _clock.Advance(TimeSpan.FromMilliseconds(501));
        _signals.Receive(PosixSignal.SIGINT);

        Assert.Equal(1, _killed);
    }

    [Fact]
    public void TheSameCtrlCHeardTwiceDoesNotKill()
    {
        _signals.Receive(PosixSignal.SIGINT);
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        _signals.Receive(PosixSignal.SIGINT);
        _signals.Receive(PosixSignal.SIGTERM);

        Assert.Equal(0, _killed);
    }
}
