using System.Globalization;
using PipelineAspire.StatusStream.Sharing.Tests.InProcess;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>What became of a row: what was measured, and which promises were broken.</summary>
internal sealed class RefusalOutcome(Trouble trouble, Scene scene, long began, long ended)
{
    /// <summary>How soon a change must be told by a stream that is in no doubt.</summary>
    public static readonly TimeSpan ToldWithin = TimeSpan.FromSeconds(12);

    /// <summary>V of the contract, and the second in which it is said.</summary>
    public static readonly TimeSpan DoubtWithin = InProcessReplica.Interval + InProcessReplica.RequestTimeout + TimeSpan.FromSeconds(9);

    /// <summary>How soon after the end one replica reads for both.</summary>
    public static readonly TimeSpan OneLoopAgain = TimeSpan.FromSeconds(15);

    /// <summary>The contract's bound of convergence, and some time for a machine that has much else to do.</summary>
    public static readonly TimeSpan Converged = InProcessReplica.Interval + InProcessReplica.RequestTimeout + TimeSpan.FromSeconds(4);

    private readonly List<string> _broken = [];
    private readonly List<string> _measured = [];

    public TimeSpan OneLoopAfter { get; set; }

    /// <summary>The promises that were broken.</summary>
    public IReadOnlyList<string> Broken => _broken;

    /// <summary>What was measured, in one line.</summary>
    public string Measured => string.Create(
        CultureInfo.InvariantCulture, $"| {trouble.Name} | {string.Join(" | ", _measured)} | {SecondsOfTwoLoops()} s | {OneLoopAfter.TotalSeconds:0.0} s |");

    /// <summary>What the replicas logged from the beginning of the trouble.</summary>
    public string Log { get; private set; } = "";

    /// <summary>Waits for something that is promised.</summary>
    public async Task ExpectAsync(string what, Func<bool> isSo, TimeSpan within)
    {
        try
        {
            await Bounded.UntilAsync(what, () => Task.FromResult(isSo()), within);
        }
        catch (TimeoutException late)
        {
            var reads = scene.Backend.Reads.Where(read => Bounded.Since(read.At) < TimeSpan.FromSeconds(2)).CountBy(read => read.Replica);
            _broken.Add(
                $"{late.Message} Reads in 2 s: {string.Join(", ", reads)}; wrong: {string.Join("; ", scene.Listeners.Select(listener => listener.Wrong()))}");
        }
    }

    /// <summary>Holds what each stream was told against what happened.</summary>
    public void Judge(IReadOnlyList<Change> changes)
    {
        for (var i = 0; i < scene.Listeners.Count; i++)
        {
            var listener = scene.Listeners[i];
            foreach (var change in changes.Where(change => !IsToldInTime(listener, change)))
            {
                var told = After(listener.ToldAt(change));
                _broken.Add(
                    $"stream {i}: change {change.Number} of {change.PipelineId}, made after {After(change.At)}, was told after {told}; {DoubtsOf(listener)}");
            }

            if (listener.Losses > 0) _broken.Add($"stream {i}: closed {listener.Losses} times");
            _broken.AddRange(listener.Violations.Select(violation => $"stream {i}: {violation}"));
            _measured.Add($"{Worst(listener, changes)}, {DoubtsOf(listener)}");
        }

        if (_broken.Count > 0) Log = string.Join('\n', scene.Replicas.SelectMany(replica => replica.Log.Since(began)));
    }

    private static bool IsToldInTime(Listener listener, Change change)
    {
        var told = listener.ToldAt(change);
        if (told is { } at && Between(change.At, at) <= ToldWithin) return true;
        var isFirst = change.Number == 0; // never in doubt of nothing
        return !isFirst && listener.Doubts.Any(doubt => Between(change.At, doubt.Began) <= DoubtWithin && (doubt.Ended is null || told <= doubt.Ended));
    }

    /// <summary>None when it was before that: the first replica of those that meet the trouble at their start is quick.</summary>
    private static TimeSpan Between(long from, long to) => TimeProvider.System.GetElapsedTime(from, Math.Max(from, to));

    private static string Worst(Listener listener, IReadOnlyList<Change> changes)
    {
        var slowest = changes.Max(change => listener.ToldAt(change) is { } at ? Between(change.At, at) : TimeSpan.MaxValue);
        var first = listener.ToldAt(changes[0]) is { } toldAt ? Between(changes[0].At, toldAt) : TimeSpan.MaxValue;
        return string.Create(CultureInfo.InvariantCulture, $"first {first.TotalSeconds:0.0} s, slowest {slowest.TotalSeconds:0.0} s");
    }

    private string After(long? moment) => moment is { } at ? string.Create(CultureInfo.InvariantCulture, $"{Between(began, at).TotalSeconds:0.0} s") : "never";

    private string DoubtsOf(Listener listener) =>
        listener.Doubts.Count == 0
            ? "no doubt"
            : "doubt " + string.Join(", ", listener.Doubts.Select(doubt => $"{After(doubt.Began)} to {After(doubt.Ended)}"));

    /// <summary>In how many seconds of the trouble both replicas read.</summary>
    private int SecondsOfTwoLoops() => scene.Backend.Reads.Where(read => read.At >= began && read.At < ended)
        .GroupBy(read => (int)Between(began, read.At).TotalSeconds)
        .Count(second => second.DistinctBy(read => read.Replica).Count() > 1);
}
