using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>Fields as another hub tells them: all, or a merge patch (RFC 7396).</summary>
internal static class UpstreamFields
{
    /// <summary>The fields after a patch; null when there are none.</summary>
    /// <param name="before">Those before; null to take the patch for all.</param>
    /// <param name="patch">What has changed; null for nothing.</param>
    public static PipelineFields? After(PipelineFields? before, IReadOnlyDictionary<string, JsonElement>? patch)
    {
        if (patch is not { Count: > 0 }) return before;
        var fields = new SortedDictionary<string, byte[]?>(StringComparer.Ordinal);
        for (var i = 0; i < before?.Names.Count; i++) fields[before.Names[i]] = before[i];
        foreach (var (name, value) in patch) fields[name] = value.ValueKind == JsonValueKind.Null ? null : Encoding.UTF8.GetBytes(value.GetRawText());
        return new PipelineFields([.. fields.Keys], [.. fields.Values]);
    }
}
