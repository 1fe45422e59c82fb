namespace PipelineAspire.Processes;

/// <summary>Waiting that ends.</summary>
public static class Bounded
{
    /// <summary>How long anything may take that has no bound of its own: generous, for machines with much else to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    public static long Now => TimeProvider.System.GetTimestamp();

    public static TimeSpan Since(long timestamp) => TimeProvider.System.GetElapsedTime(timestamp);

    /// <summary>Asks every 20 ms until the answer is yes, for what sends no signal; returns how long that took.</summary>
    /// <exception cref="TimeoutException">It never was within <paramref name="limit"/> (<see cref="Patience"/> by default).</exception>
    public static async Task<TimeSpan> UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan? limit = null)
    {
        var started = Now;
        using var ticks = new PeriodicTimer(Tick, TimeProvider.System);
        while (!await isSo().WaitAsync(Patience))
        {
            if (Since(started) > (limit ?? Patience)) throw new TimeoutException($"Not within {limit ?? Patience}: {what}.");
            await ticks.WaitForNextTickAsync();
        }

        return Since(started);
    }

    /// <summary>Lets time pass: where the passing of it is itself what is tested.</summary>
    public static Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);
}
