using PipelineAspire.StatusStream.Backplane;

namespace PipelineAspire.StatusStream.Broadcasting;

public static class BroadcastingSetup
{
    /// <summary>Adds the fan-out of this replica, the backplane's receiver.</summary>
    public static IServiceCollection AddBroadcasting(this IServiceCollection services) => services
        .AddSingleton<StatusBroadcaster>()
        .AddSingleton<IStatusReceiver>(provider => provider.GetRequiredService<StatusBroadcaster>());
}
