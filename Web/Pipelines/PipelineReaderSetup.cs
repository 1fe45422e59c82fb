namespace PipelineAspire.Web.Pipelines;

internal static class PipelineReaderSetup
{
    /// <summary>Adds the reader for first paints. It has a deadline and replicas of its own, so no retries, no discovery.</summary>
    public static void AddPipelineReader(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddTransient<ClientAddress>();
        services.AddHttpClient<ReplicaClient>()
            .ConfigureAdditionalHttpMessageHandlers((handlers, provider) =>
            {
                handlers.Clear();
                handlers.Add(provider.GetRequiredService<ClientAddress>());
            });
        services.AddSingleton<PartSize>();
        services.AddTransient<StatusParts>();
        services.AddTransient<PipelineReader>();
    }
}
