using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Finds the public status in what the backend says of a pipeline.</summary>
internal sealed class BackendStatusReader(IOptions<PipelineBackendOptions> options, BackendStatusMap statusMap)
{
    private readonly JsonPath _status = JsonPath.Parse(options.Value.StatusProperty);

    private readonly JsonPath _id = JsonPath.Parse(options.Value.Batch.IdProperty);
    private readonly JsonPath _statusOfItem = JsonPath.Parse(options.Value.Batch.StatusProperty ?? options.Value.StatusProperty);

    /// <exception cref="JsonException">It is not one complete JSON object or array.</exception>
    public PipelineStatus Read(ReadOnlySpan<byte> json) => statusMap.Translate(BackendStatusJson.ReadValue(json, _status));

    /// <summary>Finds which pipeline an item of an answer about many is about, and its status; null for an item that makes no sense.</summary>
    public (string PipelineId, PipelineStatus Status)? ReadItem(ReadOnlySpan<byte> json)
    {
        try
        {
            return BackendStatusJson.ReadValue(json, _id) is { } id && PipelineId.IsValid(id)
                ? (id, statusMap.Translate(BackendStatusJson.ReadValue(json, _statusOfItem)))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // bytes that are no text, or an escape that is no character
        }
    }
}
