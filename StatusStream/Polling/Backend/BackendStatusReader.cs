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
    private bool _isMissLogged;

    /// <exception cref="JsonException">It is not one complete JSON object or array.</exception>
    public PipelineStatus Read(ReadOnlySpan<byte> json) => Translate(BackendStatusJson.ReadValue(json, _status), _status);

    /// <summary>Finds the fields; null when none is wanted.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public PipelineFields? ReadFields(ReadOnlySpan<byte> json) => _fields.Read(json);

    /// <summary>Finds which pipeline an item of an answer about many is about, and what it says of it; null for an item that makes no sense.</summary>
    public (string PipelineId, BackendStatus Said)? ReadItem(ReadOnlySpan<byte> json)
    {
        try
        {
            return BackendStatusJson.ReadValue(json, _id) is { } id && PipelineId.IsValid(id)
                ? (id, new BackendStatus(Translate(BackendStatusJson.ReadValue(json, _statusOfItem), _statusOfItem), _fields.Read(json)))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // bytes that are no text, or an escape that is no character
        }
    }

    private PipelineStatus Translate(string? value, JsonPath path)
    {
        // Once: with a path that leads nowhere it would be each of thousands.
        if (value is null && !Interlocked.Exchange(ref _isMissLogged, true)) logger?.NoBackendStatus(path.ToString(), SettingOf(path));
        return statusMap.Translate(value);
    }

    private string SettingOf(JsonPath path) =>
        $"{PipelineBackendOptions.Section}:{(path == _statusOfItem && options.Value.Batch.StatusProperty is not null ? "Batch:" : "")}StatusProperty";
}

/// <summary>What the backend says of a pipeline.</summary>
/// <param name="Status">Its public status.</param>
/// <param name="Fields">Its fields; null when none is wanted.</param>
internal readonly record struct BackendStatus(PipelineStatus Status, PipelineFields? Fields = null);
