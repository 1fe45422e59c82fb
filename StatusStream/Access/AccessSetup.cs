
namespace PipelineAspire.StatusStream.Access;

internal static class AccessSetup
{
    /// <summary>Adds what one client may ask for, and see.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddOptions<LimitsOptions>().BindConfiguration(LimitsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<Refusals>()
            .AddSingleton<StreamLimits>()
            .AddSingleton<ActionLimits>()
            .AddSingleton<PipelineRights>()
            .AddSingleton<VisibleList>()
            .AddSingleton<PipelineAdmission>();
    }
}
