using System.Security.Cryptography;
using System.Text;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>The last answers about many pipelines that the backend may confirm by their tags alone. Thread-safe.</summary>
/// <param name="mostStatuses">How many statuses all of them may have; those that were of use longest ago are forgotten first.</param>
internal sealed class BatchAnswers(int mostStatuses = 100_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, KnownBatch Batch)>> _known = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, KnownBatch Batch)> _newestLast = new();
    private long _statuses;

    public KnownBatch? Find(string url)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(Key(url), out var node)) return null;
            _newestLast.Remove(node);
            _newestLast.AddLast(node);
            return node.Value.Batch;
        }
    }

    public void Keep(string url, string? tag, Dictionary<string, BackendStatus> statuses)
    {
        lock (_gate)
        {
            var key = Key(url);
            if (_known.TryGetValue(key, out var before)) Forget(before);
            if (tag is null) return;
            _known[key] = _newestLast.AddLast((key, new KnownBatch(tag, statuses)));
            _statuses += Size(statuses);
            while (_statuses > mostStatuses && _newestLast.Count > 1) Forget(_newestLast.First!);
        }
    }

    private void Forget(LinkedListNode<(string Key, KnownBatch Batch)> node)
    {
        _newestLast.Remove(node);
        _known.Remove(node.Value.Key);
        _statuses -= Size(node.Value.Batch.Statuses);
    }

    /// <summary>An answer without statuses costs something, too.</summary>
    private static int Size(Dictionary<string, BackendStatus> statuses) => statuses.Count + 1;

    /// <summary>Addresses of batches are long.</summary>
    private static string Key(string url) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(url)));
}

/// <summary>An answer about many pipelines.</summary>
/// <param name="ETag">Its entity tag.</param>
/// <param name="Statuses">What it said of each.</param>
internal sealed record KnownBatch(string ETag, Dictionary<string, BackendStatus> Statuses);
