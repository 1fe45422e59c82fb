namespace PipelineAspire.Web.Demo;

/// <summary>Whether the demos are there: <c>Control:Enabled</c>, default false.</summary>
public sealed class DemoFeature(IConfiguration configuration)
{
    public bool IsOn { get; } = configuration.GetValue<bool>("Control:Enabled");

    /// <summary>True when this visitor wants to see the pages as they are with the feature flag off: <c>?flag=off</c>.</summary>
    public bool TurnsFlagOff(HttpRequest request) => IsOn && request.Query["flag"] == "off";
}
