namespace PipelineAspire.LocalHosting.Running;

/// <summary>The last lines a process wrote.</summary>
internal sealed class LogTail(int capacity = 200)
{
    private readonly Queue<string> _lines = new(capacity);
    private readonly Lock _gate = new();

    public void Add(string line)
    {
        lock (_gate)
        {
            if (_lines.Count == capacity) _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public IReadOnlyList<string> Last(int count)
    {
        lock (_gate) return [.. _lines.Skip(Math.Max(0, _lines.Count - count))];
    }
}
