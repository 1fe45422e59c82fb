using System.Globalization;

namespace PipelineAspire.Web.Demo;

/// <summary>
/// Kills the replica that polls, while an audience watches pipelines whose every status is known here, and counts what
/// the audience was told and what the backend was asked. One at a time.
/// </summary>
internal sealed class Proof(
    DemoBackend backend, DemoReplicas replicas, OwnAddress address, IHostApplicationLifetime lifetime, TimeProvider timeProvider, ILogger<Proof> log)
{
    private const int Streams = 24;
    private const int Pipelines = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestSteady = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestTakeover = TimeSpan.FromSeconds(25);

    private readonly Lock _gate = new();
    private ProofView? _view;

    public ProofView? View()
    {
        lock (_gate) return _view;
    }

    /// <summary>Begins one; false when there is one.</summary>
    /// <param name="cookie">The session of whoever begins it, in whose name the audience looks; null where nobody signs in.</param>
    public bool Begin(string? cookie)
    {
        lock (_gate)
        {
            if (_view is { Running: true }) return false;
            _view = new ProofView(true, "An audience comes in.", null, Streams, Pipelines, 0, 0, 0, 0, 0, null, null, null, 0, 0);
        }

        // New ones each time: nobody knows an old status of them.
        var run = Random.Shared.Next(0x10000);
        _ = RunAsync(
            [.. Enumerable.Range(1, Pipelines).Select(n => string.Create(CultureInfo.InvariantCulture, $"proof-{run:x4}-{n}"))], cookie, lifetime.ApplicationStopping);
        return true;
    }

    private async Task RunAsync(string[] pipelines, string? cookie, CancellationToken stopping)
    {
        try
        {
            await ProveAsync(pipelines, cookie, stopping);
        }
        catch (Exception e) when (e is ProofFailedException || DemoBackend.IsNoAnswer(e, stopping) || e is OperationCanceledException)
        {
            log.ProofFailed(e);
            Show(view => view with
            {
                Running = false,
                Passed = false,
                Step = e is ProofFailedException ? e.Message : $"It could not be carried out: {e.Message}",
            });
        }
        finally
        {
            await RemoveAsync(pipelines, stopping);
        }
    }

    private async Task ProveAsync(string[] pipelines, string? cookie, CancellationToken stopping)
    {
        List<string> truth = [];
        await ChangeAsync("Running");
        await using var audience = new ProofAudience(address.Find(), cookie, Streams, pipelines, timeProvider);
        await UntilToldAsync(LongestSteady);

        Show(view => view with { Step = "A change in the steady state." });
        var poller = (await replicas.LookAsync(stopping)).FirstOrDefault(replica => replica.State is { Polling: true, Sharing: "shared" })
            ?? throw new ProofFailedException("No replica says that it polls.");
        var interval = TimeSpan.FromMilliseconds(poller.State!.IntervalMs);
        var readsBefore = await ReadsAsync();
        var counting = timeProvider.GetTimestamp();
        await ChangeAsync("Pausing");
        await UntilToldAsync(LongestSteady);

        Show(view => view with { Step = "The replica that polls is killed, and at once everything changes.", Killed = poller.State.Instance });
        var killed = timeProvider.GetTimestamp();
        await replicas.KillAsync(poller, stopping);
        await ChangeAsync("Paused");
        var successor = await SuccessorAsync(poller.State.Instance);
        Show(view => view with
        {
            Step = "Another polls. Everybody has to be told what changed meanwhile.",
            Successor = successor,
            TakeoverMs = (long)timeProvider.GetElapsedTime(killed).TotalMilliseconds,
        });
        await UntilToldAsync(LongestTakeover);

        Show(view => view with { Step = "One more change, told by the new poller." });
        await ChangeAsync("Running");
        await UntilToldAsync(LongestSteady);

        var (reads, over) = (await ReadsAsync() - readsBefore, timeProvider.GetElapsedTime(counting));
        var atMost = Pipelines * ((long)Math.Ceiling(over / interval) + 2);
        Conclude(audience.Compare(truth), reads, atMost);

        async Task ChangeAsync(string value)
        {
            foreach (var pipeline in pipelines) await backend.SetAsync(pipeline, value, stopping);
            truth.Add(BackendValues.Public(value));
        }

        async Task UntilToldAsync(TimeSpan limit)
        {
            var began = timeProvider.GetTimestamp();
            while (true)
            {
                var comparison = audience.Compare(truth);
                Show(view => view with
                {
                    Expected = Streams * Pipelines * truth.Count,
                    Told = comparison.Heard,
                    Wrong = comparison.Wrong,
                    Reconnects = audience.Reconnects,
                });
                if (comparison.Missing == 0 || timeProvider.GetElapsedTime(began) > limit) return;
                await Task.Delay(Tick, timeProvider, stopping);
            }
        }

        async Task<string> SuccessorAsync(string instance)
        {
            var began = timeProvider.GetTimestamp();
            while (timeProvider.GetElapsedTime(began) < LongestTakeover)
            {
                var next = (await replicas.LookAsync(stopping))
                    .FirstOrDefault(replica => replica.State is { Polling: true, Sharing: "shared" } state && state.Instance != instance);
                if (next is not null) return next.State!.Instance;
                await Task.Delay(Tick, timeProvider, stopping);
            }

            throw new ProofFailedException("Nobody took over.");
        }

        async Task<long> ReadsAsync()
        {
            var seen = await backend.LookAsync(stopping) ?? throw new ProofFailedException("The fake backend does not answer.");
            return pipelines.Sum(pipeline => seen.ReadsOf.GetValueOrDefault(pipeline));
        }
    }

    private void Conclude(Comparison told, long reads, long readsAtMost) => Show(view =>
    {
        var passed = told is { Missing: 0, Wrong: 0 } && reads <= readsAtMost;
        return view with
        {
            Running = false,
            Passed = passed,
            Told = told.Heard,
            Lost = told.Missing,
            Wrong = told.Wrong,
            Reads = reads,
            ReadsAtMost = readsAtMost,
            Step = passed
                ? "Every stream was told every status, in order, and the backend was read no more than by one poller."
                : "Not everything came, or the backend was read too often.",
        };
    });

    private void Show(Func<ProofView, ProofView> change)
    {
        lock (_gate) _view = change(_view!);
    }

    private async Task RemoveAsync(string[] pipelines, CancellationToken stopping)
    {
        try
        {
            foreach (var pipeline in pipelines)
            {
                await backend.SetAsync(pipeline, "Stopped", stopping);
                await backend.DeleteAsync(pipeline, stopping);
            }
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, stopping) || e is OperationCanceledException)
        {
            // The backend is gone, and the pipelines with it.
        }
    }
}

/// <summary>What should have happened did not.</summary>
internal sealed class ProofFailedException(string message) : Exception(message);
