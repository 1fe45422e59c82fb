using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Requests;

/// <summary><c>POST notify</c>: the backend says that something changed.</summary>
internal static class NotifyEndpoint
{
    public const string Path = "/notify";

    /// <summary>The largest body, in bytes: room for some 7,000 of the longest ids.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    private const string Expected = """The body must be JSON like {"pipelineIds":["orders"]}.""";

    public static async Task<IResult> HandleAsync(HttpContext context, IStatusBackplane backplane, CancellationToken cancellationToken)
    {
        var (bytes, refusal) = await RequestBody.ReadAsync(context, MaxBodyBytes);
        if (refusal is not null) return refusal;
        NotifyBody? body;
        try
        {
            body = JsonSerializer.Deserialize(bytes, StatusJson.Default.NotifyBody);
        }
        catch (JsonException)
        {
            return Problems.BadRequest(Expected);
        }

        if (body?.PipelineIds is not { Length: > 0 } ids) return Problems.BadRequest(Expected);
        foreach (var id in ids)
        {
            if (!PipelineId.IsValid(id)) return Problems.BadRequest(PipelineIdsQuery.Malformed(id));
        }

        await backplane.NotifyAsync([.. ids.Distinct(StringComparer.Ordinal)], cancellationToken);
        return Results.Accepted();
    }
}

/// <summary>What changed.</summary>
/// <param name="PipelineIds">The pipelines to look at now.</param>
internal sealed record NotifyBody([property: JsonRequired] string[]? PipelineIds);
