namespace PipelineAspire.StatusStream.Connections;

/// <summary>How the descriptors of a process are shared out.</summary>
/// <param name="Connections">Connections from outside, whatever they do.</param>
/// <param name="Streams">Streams among them; the rest is for polls, refusals and health.</param>
/// <param name="OwnConnections">Connections that the service opens by itself.</param>
internal sealed record ConnectionLimits(int Connections, int Streams, int OwnConnections)
{
    /// <summary>Connections that only health requests may take when all others are busy.</summary>
    public const int ForHealth = 2;

    private const int FewestConnections = 8;

    /// <summary>No limit but those the service has set itself.</summary>
    public static ConnectionLimits Without(ConnectionOptions options) => new(int.MaxValue, options.MaxStreams, options.OwnConnections);

    /// <summary>Shares out what a limit of open files leaves.</summary>
    /// <param name="options">What the service needs.</param>
    /// <param name="limit">The limit in force; null for none.</param>
    /// <param name="inUse">What is open before the first connection.</param>
    public static ConnectionLimits Of(ConnectionOptions options, int? limit, int inUse)
    {
        if (limit is null) return Without(options);
        var free = Math.Max(limit.Value - inUse, 0);
        var reserve = Math.Clamp(free / 8, options.LaterDescriptors, 1024);
        var own = Math.Clamp((free - reserve) / 4, 1, Math.Max(options.OwnConnections, 1));
        var connections = Math.Max((free - reserve - own) / options.DescriptorsPerConnection, FewestConnections);
        var others = Math.Clamp(connections / 8, FewestConnections / 2, 256);
        return new ConnectionLimits(connections, Math.Min(options.MaxStreams, connections - others), own);
    }
}
