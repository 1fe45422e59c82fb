namespace PipelineAspire.Web.Demo;

/// <summary>
/// Whether the demos are there: <c>Control:Enabled</c>, default false, in Development. Anybody who sees the page may press its buttons, so
/// elsewhere there is none, whatever key the <c>/control</c> behind it has.
/// </summary>
public sealed class DemoFeature(IConfiguration configuration, IHostEnvironment environment)
{
    public bool IsOn { get; } = configuration.GetValue<bool>("Control:Enabled") && environment.IsDevelopment();

    /// <summary>True when this visitor wants to see the pages as they are with the feature flag off: <c>?flag=off</c>.</summary>
    public bool TurnsFlagOff(HttpRequest request) => IsOn && request.Query["flag"] == "off";
}
