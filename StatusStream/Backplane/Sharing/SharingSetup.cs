using Microsoft.Extensions.DependencyInjection.Extensions;
using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Backplane.Sharing;

internal static class SharingSetup
{
    /// <summary>Adds the protocol of replicas that share one loop over an <see cref="ISharedState"/>.</summary>
    public static IServiceCollection AddSharing(this IServiceCollection services) => services
        .AddSingleton<ReplicaName>()
        .AddSingleton<UpdateFeed>()
        .AddLoop<UpdateFeed>("updates", feed => feed.RunAsync)
        .AddSingleton<InterestPublisher>()
        .AddLoop<InterestPublisher>("interest", interest => interest.RunAsync)
        .Replace(ServiceDescriptor.Singleton<IPollLease, SharedPollLease>())
        .Replace(ServiceDescriptor.Singleton<IStatusBackplane, SharedBackplane>());
}
