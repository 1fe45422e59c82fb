using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Takes the lease whenever it is to be had, and polls while it holds it.</summary>
public sealed class StatusPoller(
    IPollLease lease,
    IPipelineBackend backend,
    IStatusBackplane backplane,
    PollCadence cadence,
    IOptions<PollingOptions> options,
    IHostApplicationLifetime lifetime,
    StatusStreamMetrics metrics,
    TimeProvider timeProvider,
    ILogger<StatusPoller> logger) : BackgroundService
{
    private static readonly TimeSpan FaultDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _firstPatience = (3 * cadence.Interval) + cadence.RequestTimeout;
    private TimeSpan _patience = (3 * cadence.Interval) + cadence.RequestTimeout;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Polling is handed over as soon as the replica begins to go away, while its streams are still ending.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await PollAsync(stopping.Token);
    }

    /// <summary>Polls whenever the lease is to be had, until cancelled.</summary>
    internal async Task PollAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PollOneTermAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the poll loop must outlive any fault: without it every stream of every replica is silent
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.TermFailed(e, FaultDelay);
                await Task.Delay(FaultDelay, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private async Task PollOneTermAsync(CancellationToken stoppingToken)
    {
        var term = await lease.AcquireAsync(stoppingToken);
        logger.TermBegan(term.Epoch);
        metrics.TermBegan(term.Epoch, term.IsIsolated);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, term.Lost);
        var stepsAside = false;
        try
        {
            using var inbox = new PollInbox(timeProvider);
            backplane.Connect(inbox);
            var schedule = new PollSchedule(cadence.Interval, options.Value.MaxConcurrentReads);
            var loop = new PollLoop(term, inbox, schedule, cadence, backend, backplane, metrics, timeProvider, logger);
            stepsAside = await loop.RunAsync(_patience, over.Token);

            // When nobody can read, the lease goes round ever more slowly.
            _patience = !stepsAside ? _firstPatience : _patience * 2 < LongestPatience ? _patience * 2 : LongestPatience;
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
            metrics.TermEnded();
            logger.TermEnded(term.Epoch);
            await lease.ReleaseAsync(term, stepsAside);
        }
    }
}
