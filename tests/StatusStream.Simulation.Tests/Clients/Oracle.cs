using System.Globalization;
using System.Text;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Clients;

/// <summary>Holds what clients are told against what must always hold, and keeps the trace.</summary>
internal sealed class Oracle(VirtualClock clock)
{
    private readonly StringBuilder _trace = new();

    /// <summary>Everything that happened, one line each.</summary>
    public string Trace => _trace.ToString();

    /// <summary>What should not have happened.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>How often each invariant was checked.</summary>
    public Dictionary<string, int> Checks { get; } = new(StringComparer.Ordinal);

    public void Note(string what) => _trace.Append(CultureInfo.InvariantCulture, $"{clock.Now.TotalSeconds:0.000000} {what}").Append('\n');

    public void Check(bool holds, string invariant, string what)
    {
        Checks[invariant] = Checks.GetValueOrDefault(invariant) + 1;
        if (holds) return;
        var violation = string.Create(CultureInfo.InvariantCulture, $"{invariant} at {clock.Now.TotalSeconds:0.000} s: {what}");
        Violations.Add(violation);
        Note("VIOLATED " + violation);
    }

    /// <summary>Order: never an older observation after a newer one; across replicas not while one of the two is isolated.</summary>
    public void CheckTold(Client client, string pipelineId, Told? before, Told told)
    {
        Note(
            $"{client.Name} hears {pipelineId} = {told.Status} #{told.Number} from " +
            $"{told.Replica}{(told.IsIsolated ? " (isolated)" : "")}{(told.IsUpdate ? "" : " in a batch")}");
        var isComparable = before is null || before.Replica == told.Replica || !(before.IsIsolated || told.IsIsolated);
        Check(
            !isComparable || before is null || told.Number >= before.Number,
            "Order",
            $"{client.Name} was told {pipelineId} #{told.Number} after #{before?.Number}");
    }

    /// <summary>Order: two updates in a row differ, and an update is news after a batch.</summary>
    public void CheckIsNews(Client client, string pipelineId, Dictionary<string, PipelineStatus> onThisStream, PipelineStatus status) =>
        Check(
            !onThisStream.TryGetValue(pipelineId, out var known) || known != status,
            "Order",
            $"{client.Name} was told {status} of {pipelineId} as an update, which it knew");

    /// <summary>No hole: a stream that has nothing more to take has been told what its replica knows.</summary>
    public void CheckNoHole(Client client, IReadOnlyList<AgedRecord> known, Dictionary<string, PipelineStatus> onThisStream)
    {
        foreach (var (record, _, _) in known)
        {
            var isHole = record.HasPublicStatus && onThisStream.TryGetValue(record.PipelineId, out var told) && told != record.Status;
            Check(!isHole, "No hole", $"{client.Name} has taken everything and was not told {record.PipelineId} = {record.Status}");
        }
    }

    /// <summary>Order: within one epoch ids do not go back on a stream.</summary>
    public void CheckId(Client client, StatusVersion? before, StatusVersion now, bool isFirst) =>
        Check(
            isFirst || before is not { } last || last.Epoch != now.Epoch || now.Sequence >= last.Sequence,
            "Order",
            $"{client.Name} got id {now} after {before}");
}
