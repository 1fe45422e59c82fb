namespace PipelineAspire.StatusStream.Backplane;

public static class BackplaneSetup
{
    /// <summary>Adds what replicas share, in process until something else is set up.</summary>
    public static IServiceCollection AddBackplane(this IServiceCollection services) => services
        .AddSingleton<WatchList>()
        .AddSingleton<IStatusBackplane, InProcessBackplane>();
}
