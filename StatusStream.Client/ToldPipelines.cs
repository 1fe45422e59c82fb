using System.Globalization;

namespace PipelineAspire.StatusStream.Client;

/// <summary>
/// The pipelines whose status the server has told and not called in doubt, from one connection to the next: whoever comes back names them
/// by a hash, and is told only what has changed.
/// </summary>
internal sealed class ToldPipelines
{
    private const uint FirstBasis = 0x811c9dc5;
    private const uint SecondBasis = 0x7ee3623a;
    private const uint Prime = 0x01000193;

    private readonly SortedSet<string> _told = new(StringComparer.Ordinal);
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
            foreach (var character in string.Join(',', _told)) (first, second) = ((first ^ character) * Prime, (second ^ character) * Prime);
            return string.Create(CultureInfo.InvariantCulture, $"{first:x8}{second:x8}");
        }
    }

    /// <summary>A connection begins: its first batch is about all, unless it is partial.</summary>
    public void Connect() => _isFirstBatchOver = false;

    /// <summary>Takes what the server said.</summary>
    public void Take(ServerEvent said)
    {
        switch (said)
        {
            case BatchUpdate batch:
                if (!_isFirstBatchOver && !batch.IsPartial) _told.Clear();
                _isFirstBatchOver = true;
                _told.UnionWith(batch.Updates.Select(update => update.PipelineId));
                break;
            case StatusUpdate update:
                _told.Add(update.PipelineId);
                break;
            case StreamError { PipelineId: { } pipelineId }:
                _told.Remove(pipelineId);
                break;
            case StreamError { Code: not StreamError.ServerDraining }:
                _told.Clear(); // about all, or of a newer server
                break;
        }
    }
}
