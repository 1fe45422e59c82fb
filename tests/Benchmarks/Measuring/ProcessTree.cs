using System.Globalization;

namespace PipelineAspire.Benchmarks.Measuring;

/// <summary>Some processes and all that they started, and what those use together.</summary>
internal sealed class ProcessTree(IReadOnlyList<int> roots)
{
    /// <summary>True when there is something to measure.</summary>
    public bool IsKnown => roots.Count > 0;

    /// <summary>CPU used since they were started.</summary>
    public TimeSpan Cpu() => Members().Aggregate(TimeSpan.Zero, (sum, pid) => sum + CpuClock.Used(pid));

    /// <summary>Memory in bytes.</summary>
    public long Memory() => Members().Sum(MemoryUse.Bytes);

    private HashSet<int> Members()
    {
        var members = new HashSet<int>(roots);
        if (!OperatingSystem.IsLinux()) return members;
        var waiting = new Queue<int>(roots);
        while (waiting.TryDequeue(out var pid))
        {
            foreach (var child in ChildrenOf(pid))
            {
                if (members.Add(child)) waiting.Enqueue(child);
            }
        }

        return members;
    }

    private static IEnumerable<int> ChildrenOf(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task")
                .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return []; // a thread ended meanwhile, or the kernel tells of no children
        }
    }
}
