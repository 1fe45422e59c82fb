using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>
/// The truth. Every change has a number, and statuses follow each other in the order of the enum, so that an observation can be told
/// from an older one.
/// </summary>
internal sealed class ScriptedBackend(VirtualClock clock, Random random)
{
    private readonly Dictionary<string, (PipelineStatus Status, int Number)> _truth = new(StringComparer.Ordinal);

    private readonly Dictionary<(string PipelineId, PipelineStatus Status), TimeSpan> _supersededAt = [];

    /// <summary>Until when a pipeline had a status: now, while it has it.</summary>
    public TimeSpan TrueUntil(string pipelineId, PipelineStatus status) =>
        _truth[pipelineId].Status == status ? clock.Now : _supersededAt.GetValueOrDefault((pipelineId, status));

    /// <summary>When each read began: who, what, when.</summary>
    public List<(TimeSpan At, string Replica, string PipelineId)> Reads { get; } = [];

    /// <summary>How likely a read fails, 0 to 1.</summary>
    public double FailureRate { get; set; }

    public IReadOnlyCollection<string> PipelineIds => _truth.Keys;

    public (PipelineStatus Status, int Number) Truth(string pipelineId) => _truth[pipelineId];

    public void Change(string pipelineId)
    {
        var (status, number) = _truth.GetValueOrDefault(pipelineId);
        var next = (PipelineStatus)((number + 1) % PipelineStatuses.Count);
        _truth[pipelineId] = (next, number + 1);
        _supersededAt[(pipelineId, status)] = clock.Now;
    }

    /// <summary>The number of the change that a record has seen: the newest with its status, since none is told so late that there was another round.</summary>
    public int NumberIn(PipelineRecord record)
    {
        var newest = _truth[record.PipelineId].Number;
        var behind = (newest - (int)record.Status.GetValueOrDefault()) % PipelineStatuses.Count;
        return newest - ((behind + PipelineStatuses.Count) % PipelineStatuses.Count);
    }

    public IPipelineBackend For(Replica replica) => new View(this, replica);

    private sealed class View(ScriptedBackend backend, Replica replica) : IPipelineBackend
    {
        public ValueTask<PipelineReading> ReadAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken)
        {
            backend.Reads.Add((backend.Clock.Now, replica.Name, pipelineId));
            var reading = new TaskCompletionSource<PipelineReading>();
            var registration = cancellationToken.Register(() => reading.TrySetCanceled(cancellationToken));
            if (replica.IsBackendOutOfReach || backend.Random.NextDouble() < backend.FailureRate)
            {
                Answer(backend.Delay(2000), () => new PipelineReading(pipelineId, PipelineCondition.Error));
                return new ValueTask<PipelineReading>(reading.Task);
            }

            // Looked up at one moment, answered at a later one: an answer may be old when it comes.
            backend.Clock.Schedule(backend.Delay(300), () =>
            {
                var (status, _) = backend.Truth(pipelineId);
                Answer(backend.Delay(300), () => new PipelineReading(pipelineId, PipelineCondition.Ok, status));
            });
            return new ValueTask<PipelineReading>(reading.Task);

            void Answer(TimeSpan delay, Func<PipelineReading> read)
            {
                var result = read();
                backend.Clock.Schedule(delay, () => replica.Process.Run(() =>
                {
                    registration.Dispose();
                    reading.TrySetResult(result);
                }));
            }
        }

        public ValueTask<BackendAnswer> ReadBatchAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
        {
            var answered = new TaskCompletionSource<BackendAnswer>();
            var registration = cancellationToken.Register(() => answered.TrySetCanceled(cancellationToken));
            foreach (var pipelineId in pipelineIds) backend.Reads.Add((backend.Clock.Now, replica.Name, pipelineId));
            if (replica.IsBackendOutOfReach || backend.Random.NextDouble() < backend.FailureRate)
            {
                Answer(backend.Delay(2000), () => BackendAnswer.Failed(pipelineIds, new PipelineReading("", PipelineCondition.Error)));
                return new ValueTask<BackendAnswer>(answered.Task);
            }

            backend.Clock.Schedule(backend.Delay(300), () =>
            {
                // Each may be missing from it, so that a read of its own must tell.
                var missing = pipelineIds.Where(_ => backend.Random.NextDouble() < 0.05).ToList();
                var readings = pipelineIds.Except(missing).Select(id => new PipelineReading(id, PipelineCondition.Ok, backend.Truth(id).Status)).ToList();
                Answer(backend.Delay(300), () => new BackendAnswer(readings) { Missing = missing });
            });
            return new ValueTask<BackendAnswer>(answered.Task);

            void Answer(TimeSpan delay, Func<BackendAnswer> read)
            {
                var result = read();
                backend.Clock.Schedule(delay, () => replica.Process.Run(() =>
                {
                    registration.Dispose();
                    answered.TrySetResult(result);
                }));
            }
        }

        public ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken) =>
            throw new BackendException("There is no list.", timedOut: false);
    }

    private VirtualClock Clock => clock;

    private Random Random => random;

    private TimeSpan Delay(int longestMilliseconds)
    {
        // Mostly quick, seldom slow.
        var share = random.NextDouble();
        return TimeSpan.FromMilliseconds(longestMilliseconds * share * share * share);
    }
}
