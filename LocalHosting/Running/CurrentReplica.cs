namespace PipelineAspire.LocalHosting.Running;

/// <summary>The replica for which a command is being run: an endpoint asked for meanwhile is that replica's.</summary>
internal static class CurrentReplica
{
    private static readonly AsyncLocal<Replica?> Current = new();

    public static void Set(Replica? replica) => Current.Value = replica;

    /// <summary>The current one if it is among them, else a random one that runs; the first when none does.</summary>
    public static Uri? Choose(IReadOnlyList<Replica> replicas)
    {
        var running = replicas.Where(replica => replica.ProcessId is not null).ToList();
        var chosen = Current.Value is { } current && replicas.Contains(current) ? current
            : running.Count > 0 ? running[Random.Shared.Next(running.Count)]
            : replicas[0];
        return Uri.TryCreate(chosen.Plan.Address, UriKind.Absolute, out var address) ? address : null;
    }
}
