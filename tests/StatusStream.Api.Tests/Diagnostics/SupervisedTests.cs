using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Diagnostics;

public class SupervisedTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLogger _logger = new();
    private readonly CancellationTokenSource _stop = new();
    private int _starts;

    [Fact]
    public async Task ALoopThatFailsIsLoggedWithItsStackAndStartedAgain()
    {
        var running = RunAsync(_ => throw new InvalidOperationException("no reason"));

        await StartedAsync(3);

        var record = _logger.Collector.GetSnapshot()[0];
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.IsType<InvalidOperationException>(record.Exception);
        Assert.Contains("'test'", record.Message, StringComparison.Ordinal);
        await EndAsync(running);
    }

    [Fact]
    public async Task ALoopThatEndsByItselfIsMissedAndStartedAgain()
    {
        var running = RunAsync(_ => Task.CompletedTask);

        await StartedAsync(2);

        Assert.Equal(LogLevel.Error, _logger.Collector.GetSnapshot()[0].Level);
        await EndAsync(running);
    }

    [Fact]
    public async Task ALoopThatIsAskedToStopIsLeftInPeace()
    {
        var running = RunAsync(cancellationToken => Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken));

        await EndAsync(running);

        Assert.Equal(1, _starts);
        Assert.Empty(_logger.Collector.GetSnapshot());
    }

    private Task RunAsync(Func<CancellationToken, Task> loop) => Supervised.RunAsync(
        "test",
        cancellationToken =>
        {
            Interlocked.Increment(ref _starts);
            return loop(cancellationToken);
        },
        _clock, _logger, _stop.Token);

    private Task StartedAsync(int times) => Patience.UntilAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref _starts) >= times;
        },
        $"{times} starts");

    private async Task EndAsync(Task running)
    {
        await _stop.CancelAsync();
        await running.Soon();
    }
}
