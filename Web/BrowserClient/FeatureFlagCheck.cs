using Microsoft.Extensions.Options;

namespace PipelineAspire.Web.BrowserClient;

/// <summary>A mistyped flag would count as off without a word; it stops the start instead.</summary>
internal sealed class FeatureFlagCheck(IConfiguration configuration) : IValidateOptions<SseManagerOptions>
{
    public ValidateOptionsResult Validate(string? name, SseManagerOptions options)
    {
        var value = configuration[$"FeatureManagement:{ClientSettings.Flag}"];
        return string.IsNullOrEmpty(value) || bool.TryParse(value, out _)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"FeatureManagement:{ClientSettings.Flag} must be true or false, not '{value}'.");
    }
}
