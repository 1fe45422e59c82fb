using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace PipelineAspire.Web.BrowserClient;

internal static class BrowserClientSetup
{
    /// <summary>Adds the settings of the browser client and the feature flag that lets it stream.</summary>
    public static void AddBrowserClient(this IServiceCollection services)
    {
        services.AddFeatureManagement();
        services.AddOptions<SseManagerOptions>().BindConfiguration(SseManagerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SseManagerOptions>, SseManagerOptionsValidator>();
        services.AddSingleton<IValidateOptions<SseManagerOptions>, FeatureFlagCheck>();
        services.AddOptions<SignInOptions>().BindConfiguration(SignInOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SignInOptions>, SignInOptionsValidator>();
        services.AddSingleton<ClientSettings>();
    }
}
