namespace PipelineAspire.StatusStream.Backplane;

internal static class BackplaneSetup
{
    /// <summary>Adds what replicas share and the lease of polling, in process until something else is set up.</summary>
    public static IServiceCollection AddBackplane(this IServiceCollection services)
    {
        services.AddOptions<ReplicaOptions>().BindConfiguration(ReplicaOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<WatchList>()
            .AddSingleton<ListWatch>()
            .AddSingleton<IPollLease, UncontendedLease>()
            .AddSingleton<IReplicaMessenger, NoOtherReplicas>()
            .AddSingleton<ISharedList, NoSharedList>()
            .AddSingleton<IStatusBackplane, InProcessBackplane>();
    }
}
