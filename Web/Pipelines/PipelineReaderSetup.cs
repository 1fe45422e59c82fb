namespace PipelineAspire.Web.Pipelines;

internal static class PipelineReaderSetup
{
    /// <summary>Adds the reader for first paints.</summary>
    public static void AddPipelineReader(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<StatusServiceClient>();
        services.AddSingleton<ViewerRights>();
        services.AddSingleton<PartSize>();
        services.AddTransient<StatusParts>();
        services.AddTransient<PipelineReader>();
    }
}
