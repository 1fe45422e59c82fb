using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Sharing.Tests.InProcess;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>One row of the matrix as it happens: all is well, there is trouble while pipelines change, and it is over.</summary>
internal sealed class RefusalCase(Trouble trouble)
{
    /// <summary>How long one replica alone must have read before there is one loop.</summary>
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ChangeEvery = TimeSpan.FromSeconds(3);

    private readonly ConcurrentQueue<Change> _changes = new();

    /// <param name="starting">Lets few cases start at once.</param>
    public async Task<RefusalOutcome> RunAsync(SemaphoreSlim starting)
    {
        await using var scene = new Scene(trouble);
        await starting.WaitAsync();
        try
        {
            await scene.StartServersAsync();
            if (trouble.IsFromTheStart) await trouble.BeginAsync(scene);
            await scene.StartReplicasAsync();
            if (!trouble.IsFromTheStart) await SettleAsync(scene);
        }
        finally
        {
            starting.Release();
        }

        var began = Bounded.Now;
        var firstChanges = trouble.IsFromTheStart ? scene.Backend.PipelineIds.Select(id => new Change(id, 0, began)).ToList() : [];
        if (!trouble.IsFromTheStart) await trouble.BeginAsync(scene);

        using var calm = new CancellationTokenSource();
        var changing = ChangeAsync(scene, calm.Token);
        await LastAsync(scene, began);
        await trouble.EndAsync(scene);
        var ended = Bounded.Now;

        var outcome = new RefusalOutcome(trouble, scene, began, ended);
        await outcome.ExpectAsync("there is one loop again", () => scene.Backend.SolePoller(Alone) is not null, RefusalOutcome.OneLoopAgain + Alone);
        outcome.OneLoopAfter = Positive(Bounded.Since(ended) - Alone);
        await calm.CancelAsync();
        await changing;
        await outcome.ExpectAsync("every stream believes the truth", () => scene.Listeners.All(listener => listener.IsRight), RefusalOutcome.Converged);
        outcome.Judge([.. firstChanges, .. _changes]);
        return outcome;
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static async Task SettleAsync(Scene scene)
    {
        await Bounded.UntilAsync("one replica reads for both", () => Task.FromResult(scene.Backend.SolePoller(Alone) is not null));
        await Bounded.UntilAsync("both clients know the truth", () => Task.FromResult(scene.Listeners.All(listener => listener.IsRight)));
    }

    /// <summary>Lets the trouble last, doing it again as often as it wants.</summary>
    private async Task LastAsync(Scene scene, long began)
    {
        while (trouble.AgainAsync is not null && Bounded.Since(began) + trouble.Every < Trouble.Lasting)
        {
            await Bounded.PassAsync(trouble.Every);
            await trouble.AgainAsync(scene);
        }

        await Bounded.PassAsync(Positive(Trouble.Lasting - Bounded.Since(began)));
    }

    /// <summary>Changes one pipeline after the other, the first a second after the trouble began.</summary>
    private async Task ChangeAsync(Scene scene, CancellationToken calm)
    {
        await Bounded.PassAsync(TimeSpan.FromSeconds(1));
        using var ticks = new PeriodicTimer(ChangeEvery, TimeProvider.System);
        try
        {
            for (var i = 0; ; i = (i + 1) % scene.Backend.PipelineIds.Count)
            {
                _changes.Enqueue(scene.Backend.Change(scene.Backend.PipelineIds[i]));
                await ticks.WaitForNextTickAsync(calm);
            }
        }
        catch (OperationCanceledException) when (calm.IsCancellationRequested)
        {
            // Enough.
        }
    }
}
