using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Requests;

/// <summary><c>GET {id}/health</c>: the backend's JSON and the public status, from the shared statuses.</summary>
internal static class PipelineHealthEndpoint
{
    public const string Path = "/{id}/health";

    private const string StatusProperty = "status";

    public static async Task<IResult> HandleAsync(
        HttpContext context, string id, PipelineAdmission admission, StatusSubscriptions subscriptions, BackendStatusReader statuses,
        CancellationToken cancellationToken)
    {
        if (!PipelineId.IsValid(id)) return Problems.BadRequest(PipelineIdsQuery.Malformed(id));
        var (tooMany, admitted) = await admission.AdmitPollAsync(context, [id], cancellationToken);
        if (tooMany is not null) return tooMany;
        if (admitted.Count == 0) return Problems.NoSuchPipeline(id);
        var (polled, document) = await subscriptions.PollDocumentAsync(id, cancellationToken);
        return polled switch
        {
            { IsFresh: true, Record.Condition: PipelineCondition.NotFound } => Problems.NoSuchPipeline(id),
            { IsFresh: true, Record.Status: not null } when document is { } json => new JsonBytes(WithStatus(json, statuses.Read(json.Span))),
            { Record.Condition: PipelineCondition.BeyondWatched } => PipelineAdmission.BeyondWatched(context),
            { Record.Condition: PipelineCondition.Error } =>
                Problems.BackendFailed($"The status of pipeline '{id}' could not be read: the backend's answer was an error."),
            _ => Problems.BackendTimedOut($"The status of pipeline '{id}' could not be read in time."),
        };
    }

    /// <summary>The backend's own object with the public status in it, its other properties byte for byte.</summary>
    private static ReadOnlyMemory<byte> WithStatus(ReadOnlyMemory<byte> json, PipelineStatus status)
    {
        using var backend = JsonDocument.Parse(json);
        if (backend.RootElement.ValueKind != JsonValueKind.Object) return json; // an array has no room for one more property
        var output = new ArrayBufferWriter<byte>(json.Length + 64);
        output.Write("{"u8);
        foreach (var property in backend.RootElement.EnumerateObject())
        {
            if (property.NameEquals(StatusProperty)) continue;
            output.Write("\""u8);
            output.Write(JsonMarshal.GetRawUtf8PropertyName(property));
            output.Write("\":"u8);
            output.Write(JsonMarshal.GetRawUtf8Value(property.Value));
            output.Write(","u8);
        }

        output.Write(Encoding.UTF8.GetBytes($"\"{StatusProperty}\":\"{status.Name()}\"}}"));
        return output.WrittenMemory;
    }
}
