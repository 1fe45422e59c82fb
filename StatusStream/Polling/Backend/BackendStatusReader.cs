using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Finds the public status, and the fields that streams may carry, in what the backend says of a pipeline.</summary>
internal sealed class BackendStatusReader(
    IOptions<PipelineBackendOptions> options, BackendStatusMap statusMap, ILogger<BackendStatusReader>? logger = null)
{
    private readonly JsonPath _status = JsonPath.Parse(options.Value.StatusProperty);

    private readonly JsonPath _id = JsonPath.Parse(options.Value.Batch.IdProperty);
    private readonly JsonPath _statusOfItem = JsonPath.Parse(options.Value.Batch.StatusProperty ?? options.Value.StatusProperty);

    private readonly BackendFieldReader _fields = new(options.Value.Fields, logger);

    /// <exception cref="JsonException">It is not one complete JSON object or array.</exception>
    public PipelineStatus Read(ReadOnlySpan<byte> json) => statusMap.Translate(BackendStatusJson.ReadValue(json, _status));

    /// <summary>Finds the fields; null when none is wanted.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public PipelineFields? ReadFields(ReadOnlySpan<byte> json) => _fields.Read(json);

    /// <summary>Finds which pipeline an item of an answer about many is about, and what it says of it; null for an item that makes no sense.</summary>
    public (string PipelineId, BackendStatus Said)? ReadItem(ReadOnlySpan<byte> json)
    {
        try
        {
            return BackendStatusJson.ReadValue(json, _id) is { } id && PipelineId.IsValid(id)
                ? (id, new BackendStatus(statusMap.Translate(BackendStatusJson.ReadValue(json, _statusOfItem)), _fields.Read(json)))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // bytes that are no text, or an escape that is no character
        }
    }
}

/// <summary>What the backend says of a pipeline.</summary>
/// <param name="Status">Its public status.</param>
/// <param name="Fields">Its fields; null when none is wanted.</param>
internal readonly record struct BackendStatus(PipelineStatus Status, PipelineFields? Fields = null);
