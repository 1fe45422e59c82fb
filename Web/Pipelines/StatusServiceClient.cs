using System.Text.Json;
using PipelineAspire.StatusStream.Backplane.Upstream;

namespace PipelineAspire.Web.Pipelines;

/// <summary>Asks the replicas of the status service, for whoever looks at a page.</summary>
public sealed class StatusServiceClient(UpstreamClient upstream, IHttpContextAccessor accessor)
{
    private const int LongestDetail = 500;

    /// <exception cref="HttpRequestException">No replica could be reached.</exception>
    /// <exception cref="RefusedException">One has answered, but not with what was asked for.</exception>
    /// <exception cref="JsonException">Its answer is no JSON.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await upstream.GetAsync(path, accessor.HttpContext, cancellationToken);
        if (!response.IsSuccessStatusCode) throw await RefusalAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    private static async Task<RefusedException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string? detail = null;
        int? maxPipelines = null;
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            if (problem.ValueKind == JsonValueKind.Object)
            {
                if (problem.TryGetProperty("detail", out var words) && words.ValueKind == JsonValueKind.String) detail = Shortened(words.GetString()!);
                if (problem.TryGetProperty("maxPipelines", out var most) && most.ValueKind == JsonValueKind.Number && most.TryGetInt32(out var count))
                    maxPipelines = count;
            }
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // A refusal without words is one, too.
        }

        return new RefusedException(response.StatusCode, detail, maxPipelines);
    }

    private static string Shortened(string words) => words.Length <= LongestDetail ? words : words[..LongestDetail] + "…";
}
