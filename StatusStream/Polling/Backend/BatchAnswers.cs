using System.Security.Cryptography;
using System.Text;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>The last answers about many pipelines that the backend may confirm by their tags alone. Thread-safe.</summary>
internal sealed class BatchAnswers
{
    /// <summary>How many are kept: some 20,000 pipelines in batches of 200, and as many again.</summary>
    private const int Most = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, KnownBatch> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = new();

    public KnownBatch? Find(string url)
    {
        lock (_gate) return _known.GetValueOrDefault(Key(url));
    }

    public void Keep(string url, string? tag, Dictionary<string, PipelineStatus> statuses)
    {
        lock (_gate)
        {
            var key = Key(url);
            if (tag is null)
            {
                _known.Remove(key);
                return;
            }

            if (!_known.ContainsKey(key)) _oldestFirst.Enqueue(key);
            _known[key] = new KnownBatch(tag, statuses);
            while (_oldestFirst.Count > Most) _known.Remove(_oldestFirst.Dequeue());
        }
    }

    /// <summary>Addresses of batches are long.</summary>
    private static string Key(string url) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(url)));
}

/// <summary>An answer about many pipelines.</summary>
/// <param name="ETag">Its entity tag.</param>
/// <param name="Statuses">The statuses that it said.</param>
internal sealed record KnownBatch(string ETag, Dictionary<string, PipelineStatus> Statuses);
