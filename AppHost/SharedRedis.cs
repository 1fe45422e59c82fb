using Microsoft.Extensions.Configuration;

namespace PipelineAspire.AppHost;

/// <summary>The Redis that the replicas share. Who refers to it sees no difference.</summary>
internal static class SharedRedis
{
    private const string Setting = "Redis";
    private const string Embedded = "embedded";
    private const string Container = "container";

    /// <summary>
    /// <c>ConnectionStrings:{name}</c> when it is set; else by <c>--Redis</c>: <c>embedded</c> (LocalRedis, the default of
    /// a run) or <c>container</c> (Aspire's, and always what is published).
    /// </summary>
    /// <exception cref="DistributedApplicationException"><c>--Redis</c> is neither.</exception>
    public static IResourceBuilder<IResourceWithConnectionString> AddSharedRedis(this IDistributedApplicationBuilder builder, string name)
    {
        var isPublished = builder.ExecutionContext.IsPublishMode;
        if (!isPublished && !string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(name))) return builder.AddConnectionString(name);

        var kind = builder.Configuration[Setting] ?? (isPublished ? Container : Embedded);
        if (isPublished || kind.Equals(Container, StringComparison.OrdinalIgnoreCase)) return builder.AddRedis(name);
        if (kind.Equals(Embedded, StringComparison.OrdinalIgnoreCase)) return builder.AddLocalRedis(name);
        throw new DistributedApplicationException($"--{Setting} must be {Embedded} or {Container}, not '{kind}'.");
    }
}
