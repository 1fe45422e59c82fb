using System.Text;

namespace PipelineAspire.Benchmarks.Backends;

/// <summary>One pipeline of the <see cref="ScriptedBackend"/>: when it changed, and when that was first told.</summary>
internal sealed class ScriptedPipeline(string id)
{
    private readonly byte[] _running = Body(id, "Running");
    private readonly byte[] _paused = Body(id, "Paused");
    private readonly Lock _gate = new();
    private bool _isPaused;
    private bool _isTold = true;
    private long _reads;

    public string Id => id;

    /// <summary>Health reads since start.</summary>
    public long Reads => Volatile.Read(ref _reads);

    /// <summary>When it changed last, UTC.</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>When the first read after that was answered, UTC.</summary>
    public DateTimeOffset ToldAt { get; private set; }

    /// <summary>From Running to Paused or back.</summary>
    public void Toggle()
    {
        lock (_gate)
        {
            _isPaused = !_isPaused;
            _isTold = false;
            ChangedAt = TimeProvider.System.GetUtcNow();
        }
    }

    /// <summary>What a health read is answered.</summary>
    public ReadOnlyMemory<byte> Read()
    {
        lock (_gate)
        {
            _reads++;
            if (!_isTold) ToldAt = TimeProvider.System.GetUtcNow();
            _isTold = true;
            return _isPaused ? _paused : _running;
        }
    }

    private static byte[] Body(string id, string status) => Encoding.UTF8.GetBytes(
        $$"""{"pipeline_id":"{{id}}","pipeline_name":"{{id}}","overall_status":"{{status}}","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}""");
}
