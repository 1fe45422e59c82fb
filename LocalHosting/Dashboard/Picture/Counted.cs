namespace PipelineAspire.LocalHosting.Dashboard.Picture;

/// <summary>Counters that begin anew when their process does.</summary>
internal sealed class Counted
{
    private readonly Dictionary<string, long> _last = [];

    /// <summary>By how much the counter has grown since it was last seen; 0 the first time.</summary>
    public long Growth(string name, long value)
    {
        var growth = !_last.TryGetValue(name, out var before) ? 0 : value >= before ? value - before : value;
        _last[name] = value;
        return growth;
    }
}
