using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>A backend in memory that does as it is told and keeps count.</summary>
internal sealed class ScriptedBackend(TimeProvider timeProvider) : IPipelineBackend
{
    private readonly long _origin = timeProvider.GetTimestamp();
    private readonly ConcurrentDictionary<string, Func<string, PipelineReading>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _underWay = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly List<(string PipelineId, TimeSpan At)> _reads = [];

    /// <summary>All reads so far, and when each began.</summary>
    public IReadOnlyList<(string PipelineId, TimeSpan At)> Reads
    {
        get
        {
            lock (_gate) return [.. _reads];
        }
    }

    /// <summary>True when two reads of one pipeline were ever under way at once.</summary>
    public bool Overlapped { get; private set; }

    public void Answers(string pipelineId, PipelineStatus status) => Answers(pipelineId, id => Records.Reading(id, status));

    public void Fails(string pipelineId, PipelineCondition condition, TimeSpan? retryAfter = null) =>
        Answers(pipelineId, id => new PipelineReading(id, condition, RetryAfter: retryAfter, Reason: "scripted"));

    public void Answers(string pipelineId, Func<string, PipelineReading> answer) => _answers[pipelineId] = answer;

    /// <summary>From now on reads of this pipeline hang until they are released.</summary>
    public void Hold(string pipelineId) => _held[pipelineId] = new TaskCompletionSource();

    public void Release(string pipelineId)
    {
        if (_held.TryRemove(pipelineId, out var held)) held.SetResult();
    }

    public int ReadsOf(string pipelineId) => Reads.Count(read => read.PipelineId == pipelineId);

    /// <summary>How many batches were asked for.</summary>
    public int Batches { get; private set; }

    /// <summary>Pipelines that no batch has.</summary>
    public HashSet<string> NotInBatches { get; } = new(StringComparer.Ordinal);

    /// <summary>What the list shows; null where there is none.</summary>
    public IReadOnlySet<string>? Listed { get; set; }

    /// <summary>How often the list was read.</summary>
    public int Lists { get; private set; }

    /// <summary>The tags by which the last read was asked to confirm what is known; null for none.</summary>
    public ConcurrentDictionary<string, KnownAnswer?> Known { get; } = new(StringComparer.Ordinal);

    public async ValueTask<BackendAnswer> ReadBatchAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        lock (_gate) Batches++;
        var missing = pipelineIds.Where(NotInBatches.Contains).ToList();
        var readings = new List<PipelineReading>();
        foreach (var id in pipelineIds.Except(missing, StringComparer.Ordinal)) readings.Add(await ReadAsync(id, null, cancellationToken));
        return new BackendAnswer(readings) { Missing = missing };
    }

    public async ValueTask<PipelineReading> ReadAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken)
    {
        Known[pipelineId] = known;
        lock (_gate) _reads.Add((pipelineId, timeProvider.GetElapsedTime(_origin)));
        Overlapped |= _underWay.AddOrUpdate(pipelineId, 1, (_, count) => count + 1) > 1;
        try
        {
            if (_held.TryGetValue(pipelineId, out var held)) await held.Task.WaitAsync(cancellationToken);
            return _answers.TryGetValue(pipelineId, out var answer) ? answer(pipelineId) : Records.Reading(pipelineId, PipelineStatus.Active);
        }
        finally
        {
            _underWay.AddOrUpdate(pipelineId, 0, (_, count) => count - 1);
        }
    }

    public ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken)
    {
        Lists++;
        return Listed is { } listed
            ? ValueTask.FromResult(new PipelineListing(default, listed))
            : throw new BackendException("There is no list.", timedOut: false);
    }
}
