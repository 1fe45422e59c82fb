using System.Text.Json;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>Short ways to say what another hub says.</summary>
internal static class Said
{
    /// <summary>A batch: <c>a=active b=paused</c>.</summary>
    public static UpstreamEvent Batch(long sequence, string statuses, bool partial = false, long revision = 0, bool behind = false, ulong epoch = Records.Epoch) => new()
    {
        Type = UpstreamEvent.Batch,
        Version = new StatusVersion(epoch, sequence),
        Updates = [.. statuses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(item => item.Split('=')).Select(item => new UpstreamItem(item[0], item[1]))],
        Partial = partial,
        Revision = revision,
        Behind = behind,
    };

    public static UpstreamEvent Update(long sequence, string pipelineId, string status, string? fields = null) => new()
    {
        Type = UpstreamEvent.StatusUpdate,
        Version = new StatusVersion(Records.Epoch, sequence),
        PipelineId = pipelineId,
        Status = status,
        Fields = Fields(fields),
    };

    public static UpstreamEvent FieldsUpdate(long sequence, string pipelineId, string fields) => new()
    {
        Type = UpstreamEvent.FieldsUpdate,
        Version = new StatusVersion(Records.Epoch, sequence),
        PipelineId = pipelineId,
        Fields = Fields(fields),
    };

    public static UpstreamEvent Error(string code, string? pipelineId) => new() { Type = UpstreamEvent.Error, Code = code, PipelineId = pipelineId };

    public static UpstreamEvent Stream(string handle = "it") => new() { Type = UpstreamEvent.Stream, Handle = handle };

    /// <summary>A lease that was made at a time by the other hub's clock; without <paramref name="seconds"/> only the time.</summary>
    public static UpstreamEvent Lease(long clock, double? seconds, long sequence = 1, params (string PipelineId, double Seconds)[] except) => new()
    {
        Type = UpstreamEvent.Freshness,
        Version = seconds is null ? null : new StatusVersion(Records.Epoch, sequence),
        Clock = clock,
        ConfirmedFor = (long?)(seconds * 1000),
        Except = except.Length == 0 ? null : except.ToDictionary(pair => pair.PipelineId, pair => (long)(pair.Seconds * 1000), StringComparer.Ordinal),
    };

    public static IReadOnlyDictionary<string, JsonElement>? Fields(string? json) => json is null ? null : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json);
}
