namespace PipelineAspire.AppHost;

/// <summary>How the replicas of a run read the backend, where that is not to be as by default.</summary>
internal static class Reading
{
    private static readonly (string Option, string Variable)[] Options =
    [
        ("StableInterval", "StatusStream__StableInterval"),
        ("Batch", "PipelineBackend__Batch__Path"),
    ];

    /// <summary>
    /// <c>--StableInterval</c>: the longest interval of a pipeline that does not change. <c>--Batch</c>: the path of one request
    /// for many pipelines. Without them each pipeline is read by itself, once per interval. What is published has its own settings.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithReadingOptions(this IResourceBuilder<ProjectResource> replica)
    {
        if (replica.ApplicationBuilder.ExecutionContext.IsPublishMode) return replica;
        foreach (var (option, variable) in Options)
        {
            if (replica.ApplicationBuilder.Configuration[option] is { Length: > 0 } value) replica.WithEnvironment(variable, value);
        }

        return replica;
    }
}
