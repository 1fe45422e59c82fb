using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Takes the lease whenever it is to be had, and polls while it holds it.</summary>
internal sealed class StatusPoller(
    IPollLease lease,
    IPipelineBackend backend,
    IStatusBackplane backplane,
    PollCadence cadence,
    BackendList list,
    ScheduleLimits limits,
    IHostApplicationLifetime lifetime,
    PollingState state,
    StatusStreamMetrics metrics,
    BackgroundLoops loops,
    TimeProvider timeProvider,
    ILogger<StatusPoller> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _firstPatience = (3 * cadence.Interval) + cadence.RequestTimeout;
    private TimeSpan? _patience;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Polling is handed over as soon as the replica begins to go away, while its streams are still ending.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await loops.RunAsync("polling", PollAsync, stopping.Token);
    }

    /// <summary>Polls whenever the lease is to be had, until cancelled.</summary>
    internal async Task PollAsync(BackgroundLoop loop, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested) await PollOneTermAsync(loop, stoppingToken);
    }

    private async Task PollOneTermAsync(BackgroundLoop background, CancellationToken stoppingToken)
    {
        background.Rest(); // the lease may be another's for days
        var term = await lease.AcquireAsync(stoppingToken);
        logger.TermBegan(term.Epoch);
        state.Begin(term);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, term.Lost);
        var stepsAside = false;
        try
        {
            using var inbox = new PollInbox(timeProvider);
            backplane.Connect(inbox);
            var schedule = new PollSchedule(cadence, limits);
            var reader = new BackendReader(backend, list, inbox, cadence, state, metrics, timeProvider);
            var loop = new PollLoop(term, inbox, schedule, cadence, reader, backplane, state, background, timeProvider, logger);
            var patience = _patience ?? _firstPatience;
            stepsAside = await loop.RunAsync(patience, over.Token);

            // When nobody can read, the lease goes round ever more slowly.
            _patience = !stepsAside ? null : patience * 2 < LongestPatience ? patience * 2 : LongestPatience;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The term ended while something was waited for.
        }
        catch (BackplaneException e)
        {
            logger.TermGivenUp(e.Message);
        }
        finally
        {
            backplane.Connect(null);
            // Reads still under way belong to a term that is over.
            over.Cancel();
            state.End();
            logger.TermEnded(term.Epoch);
            await lease.ReleaseAsync(term, stepsAside);
        }
    }
}
