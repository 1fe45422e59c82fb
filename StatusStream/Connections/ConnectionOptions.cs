namespace PipelineAspire.StatusStream.Connections;

/// <summary>What a service does with its descriptors; set by the service itself, no setting of an operator.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>How many streams there may be at most, descriptors or not. Default 50000.</summary>
    public int MaxStreams { get; set; } = 50_000;

    /// <summary>How many descriptors a connection takes: 1, the default, or 2 where each may have one of its own behind it, as in a proxy.</summary>
    public int DescriptorsPerConnection { get; set; } = 1;

    /// <summary>How many descriptors are taken after the start at least: assemblies (the runtime keeps each of them open), Redis, files. Default 72.</summary>
    public int LaterDescriptors { get; set; } = 72;

    /// <summary>Paths that are answered even when all other slots are busy. Default <c>/health</c> and <c>/alive</c>.</summary>
    public IReadOnlyList<PathString> HealthPaths { get; set; } = ["/health", "/alive"];

    /// <summary>How many connections the service itself opens at most, whoever is connected to it. Default 0.</summary>
    public int OwnConnections { get; set; }
}
