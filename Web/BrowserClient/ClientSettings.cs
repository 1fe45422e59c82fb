using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace PipelineAspire.Web.BrowserClient;

/// <summary>What a page tells its script: whether to stream, and how. The one place that reads the feature flag.</summary>
public sealed class ClientSettings(IFeatureManager features, IOptions<SseManagerOptions> manager)
{
    /// <summary>Off, the default, means that browsers poll and never open a stream.</summary>
    public const string Flag = "UseSseStatus";

    /// <summary>Whether browsers may stream.</summary>
    public Task<bool> UsesSseAsync() => features.IsEnabledAsync(Flag);

    /// <summary>JSON for the data block <c>pipeline-status-settings</c>; safe inside a script element.</summary>
    public async Task<string> ToJsonAsync()
    {
        var useSse = await UsesSseAsync();
        return JsonSerializer.Serialize(new { useSse, manager = manager.Value }, JsonSerializerOptions.Web);
    }
}
