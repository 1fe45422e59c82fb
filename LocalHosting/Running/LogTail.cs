namespace PipelineAspire.LocalHosting.Running;

/// <summary>The last lines a process wrote.</summary>
internal sealed class LogTail(int capacity = 500)
{
    private readonly Queue<string> _lines = new(capacity);
    private readonly Lock _gate = new();
    private long _count;

    /// <returns>The number of the line, counted from 1.</returns>
    public long Add(string line)
    {
        lock (_gate)
        {
            if (_lines.Count == capacity) _lines.Dequeue();
            _lines.Enqueue(line);
            return ++_count;
        }
    }

    public IReadOnlyList<string> Last(int count)
    {
        lock (_gate) return [.. _lines.Skip(Math.Max(0, _lines.Count - count))];
    }

    /// <summary>The lines kept whose number is above <paramref name="number"/>, each with its own.</summary>
    public IReadOnlyList<(long Number, string Line)> After(long number)
    {
        lock (_gate)
        {
            var first = _count - _lines.Count + 1;
            return [.. _lines.Select((line, index) => (first + index, line)).Where(numbered => numbered.Item1 > number)];
        }
    }
}
