using System.Globalization;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Client;

/// <summary>
/// What the server has told and not called in doubt, from one connection to the next: whoever comes back names its pipelines by a hash,
/// and is told only what has changed. The program is told all of it, as ever.
/// </summary>
internal sealed class ToldPipelines
{
    private const uint FirstBasis = 0x811c9dc5;
    private const uint SecondBasis = 0x7ee3623a;
    private const uint Prime = 0x01000193;

    private readonly SortedDictionary<string, PipelineUpdate> _told = new(StringComparer.Ordinal);
    private bool _isFirstBatchOver;

    /// <summary>
    /// Two 32-bit FNV-1a hashes in 16 hex digits, over the ids joined by commas; null when nothing is known.
    /// </summary>
    public string? Hash
    {
        get
        {
            if (_told.Count == 0) return null;
            var (first, second) = (FirstBasis, SecondBasis);
            foreach (var character in string.Join(',', _told.Keys)) (first, second) = ((first ^ character) * Prime, (second ^ character) * Prime);
            return string.Create(CultureInfo.InvariantCulture, $"{first:x8}{second:x8}");
        }
    }

    /// <summary>A connection begins: its first batch is about all, unless it is partial.</summary>
    public void Connect() => _isFirstBatchOver = false;

    /// <summary>Takes what the server said, and says what it means for the program: a partial batch confirms all else that is known.</summary>
    public ServerEvent Take(ServerEvent said)
    {
        switch (said)
        {
            case BatchUpdate batch:
                var isFirst = !_isFirstBatchOver;
                _isFirstBatchOver = true;
                if (isFirst && !batch.IsPartial) _told.Clear();
                foreach (var update in batch.Updates) _told[update.PipelineId] = update;
                if (isFirst && batch.IsPartial) return new BatchUpdate(batch.Timestamp, [.. _told.Values]);
                break;
            case StatusUpdate update:
                var before = update.PreviousStatus is null ? null : _told.GetValueOrDefault(update.PipelineId)?.Fields;
                _told[update.PipelineId] = new PipelineUpdate(update.PipelineId, update.Status) { Fields = Merge(before, update.Fields) };
                break;
            case FieldsUpdate { PipelineId: var changed } update when _told.TryGetValue(changed, out var known):
                _told[changed] = known with { Fields = Merge(known.Fields, update.Fields) };
                break;
            case StreamError { PipelineId: { } pipelineId }:
                _told.Remove(pipelineId);
                break;
            case StreamError { Code: not (StreamError.ServerDraining or StreamError.SignedOut) }:
                _told.Clear(); // about all, or of a newer server
                break;
        }

        return said;
    }

    /// <summary>JSON Merge Patch (RFC 7396): null takes a field away.</summary>
    private static Dictionary<string, JsonElement>? Merge(IReadOnlyDictionary<string, JsonElement>? before, IReadOnlyDictionary<string, JsonElement>? patch)
    {
        var fields = new Dictionary<string, JsonElement>(before ?? new Dictionary<string, JsonElement>(), StringComparer.Ordinal);
        foreach (var (name, value) in patch ?? new Dictionary<string, JsonElement>())
        {
            if (value.ValueKind == JsonValueKind.Null) fields.Remove(name);
            else fields[name] = value;
        }

        return fields.Count == 0 ? null : fields;
    }
}
