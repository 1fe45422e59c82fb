using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;
using PipelineAspire.Web.Demo;

namespace PipelineAspire.Web.BrowserClient;

/// <summary>What a page tells its script: whether to stream, and how. The one place that reads the feature flag.</summary>
public sealed class ClientSettings(IFeatureManager features, IOptions<SseManagerOptions> manager, IOptions<SignInOptions> signIn, DemoFeature demo)
{
    /// <summary>Off, the default, means that browsers poll and never open a stream.</summary>
    public const string Flag = "UseSseStatus";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Whether the browser that asks may stream.</summary>
    public async Task<bool> UsesSseAsync(HttpRequest request) => !demo.TurnsFlagOff(request) && await features.IsEnabledAsync(Flag);

    /// <summary>JSON for the data block <c>pipeline-status-settings</c>; safe inside a script element.</summary>
    /// <param name="request">What the browser asked for.</param>
    /// <param name="isFastFallback">Whether to fall back, and to return, sooner than configured: for a page where somebody waits to see it.</param>
    /// <param name="wantsFields">Whether the page shows fields.</param>
    public async Task<string> ToJsonAsync(HttpRequest request, bool isFastFallback = false, bool wantsFields = false)
    {
        var useSse = await UsesSseAsync(request);
        var settings = isFastFallback ? manager.Value.FastFallback() : manager.Value;
        return JsonSerializer.Serialize(new PageSettings(useSse, wantsFields ? true : null, settings, signIn.Value.Url), Json);
    }

    private sealed record PageSettings(bool UseSse, bool? Fields, SseManagerOptions Manager, string? SignInUrl);
}
