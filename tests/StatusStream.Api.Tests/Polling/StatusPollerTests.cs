using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling;

public sealed class StatusPollerTests : IDisposable
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLogger<StatusPoller> _logger = new();
    private readonly FakeLogger<BackgroundLoops> _loopLogger = new();
    private readonly FlakyBackplane _backplane = new();
    private readonly StatusPoller _poller;

    public StatusPollerTests()
    {
        var backend = new ScriptedBackend(_clock);
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var list = new BackendList(backend, Options.Create(new PipelineBackendOptions()), Cadence, _clock, lifetime);
        _poller = new StatusPoller(
            new UncontendedLease(), backend, _backplane, Cadence, list, new ScheduleLimits(), lifetime,
            new PollingState(), new StatusStreamMetrics(_services.GetRequiredService<IMeterFactory>()), Loops.On(_clock, _loopLogger), _clock, _logger);
    }

    public void Dispose()
    {
        _poller.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task AFaultInTheLoopIsLoggedAndPollingGoesOnUnderANewEpochASecondLater()
    {
        await _poller.StartAsync(CancellationToken.None);
        var first = await _backplane.Published.Reader.ReadAsync().Soon();
        _backplane.Fault = new InvalidTimeZoneException("a fault");
        await PassUntilAsync(() => _loopLogger.Collector.GetSnapshot().Any(record => record.Exception is InvalidTimeZoneException));
        _backplane.Fault = null;
        await PassUntilAsync(() => AnotherEpochThan(first));

        await _poller.StopAsync(CancellationToken.None).Soon();
    }

    [Fact]
    public async Task WhenAnUpdateIsRefusedTheTermIsOverAndTheLeaseTakenAnew()
    {
        await _poller.StartAsync(CancellationToken.None);
        var first = await _backplane.Published.Reader.ReadAsync().Soon();
        _backplane.RefuseNext = true;
        await PassUntilAsync(() => AnotherEpochThan(first));

        Assert.DoesNotContain(_loopLogger.Collector.GetSnapshot(), record => record.Exception is not null);
        await _poller.StopAsync(CancellationToken.None).Soon();
    }

    [Fact]
    public async Task StoppingEndsTheLoopAndAbandonsItsReads()
    {
        await _poller.StartAsync(CancellationToken.None);
        await _backplane.Published.Reader.ReadAsync().Soon();

        await _poller.StopAsync(CancellationToken.None).Soon();

        Assert.True(_poller.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Contains("no longer this replica's", _logger.LatestRecord.Message, StringComparison.Ordinal);
    }

    private bool AnotherEpochThan(PollUpdate first)
    {
        while (_backplane.Published.Reader.TryRead(out var update))
        {
            if (update.Version.Epoch != first.Version.Epoch) return true;
        }

        return false;
    }

    private async Task PassUntilAsync(Func<bool> condition) => await Patience.UntilAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        "the poller");

    private sealed class FlakyBackplane : IStatusBackplane
    {
        public Channel<PollUpdate> Published { get; } = Channel.CreateUnbounded<PollUpdate>();

        public volatile Exception? Fault;

        public volatile bool RefuseNext;

        public TimeSpan ConfirmationGap => TimeSpan.Zero;

        public void Connect(IPollRequestReceiver? poller)
        {
        }

        public ValueTask<PublishOutcome> PublishAsync(LeaseTerm term, PollUpdate update, CancellationToken cancellationToken)
        {
            if (Fault is { } fault) throw fault;
            if (RefuseNext)
            {
                RefuseNext = false;
                return ValueTask.FromResult(PublishOutcome.Refused);
            }

            Published.Writer.TryWrite(update);
            return ValueTask.FromResult(PublishOutcome.Stored);
        }

        public ValueTask<IReadOnlyList<AgedRecord>> LoadAsync(LeaseTerm term, CancellationToken cancellationToken) => new([]);

        public ValueTask<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(LeaseTerm term, CancellationToken cancellationToken) =>
            new([new WatchedPipeline("a", null)]);

        public ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<bool> CatchUpAsync(StatusVersion version, CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
    }
}
