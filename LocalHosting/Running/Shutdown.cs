using Aspire.Hosting.ApplicationModel;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>
/// Stops level after level: each is asked, and given a second before the next is asked too. What is still there 4 s after
/// the first was asked is killed.
/// </summary>
internal static class Shutdown
{
    private static readonly TimeSpan AllWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan BeforeNextLevel = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(1);

    /// <returns>The replicas that had to be killed.</returns>
    public static async Task<IReadOnlyList<Replica>> StopAsync(
        IReadOnlyList<IReadOnlyList<IResource>> levels, ILookup<IResource, Replica> replicas, TimeProvider clock)
    {
        var begin = clock.GetTimestamp();
        var all = replicas.SelectMany(some => some).ToList();
        foreach (var replica in all) replica.Close();
        foreach (var level in levels)
        {
            var asked = level.SelectMany(resource => replicas[resource]).ToList();
            foreach (var replica in asked) replica.Stop();
            await GoneWithinAsync(asked, BeforeNextLevel, clock);
        }

        await GoneWithinAsync(all, AllWithin - clock.GetElapsedTime(begin), clock);
        var killed = all.Where(replica => !replica.Exited.IsCompleted).ToList();
        foreach (var replica in killed) replica.Kill();
        await GoneWithinAsync(killed, AfterKill, clock);
        return killed;
    }

    private static async Task GoneWithinAsync(IEnumerable<Replica> replicas, TimeSpan patience, TimeProvider clock)
    {
        try
        {
            var gone = Task.WhenAll(replicas.Select(replica => replica.Exited));
            await gone.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock);
        }
        catch (TimeoutException)
        {
            // The caller looks who is left.
        }
    }
}
