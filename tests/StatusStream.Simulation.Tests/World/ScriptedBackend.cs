using System.Text;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;

namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>
/// The truth. Every change has a number, which travels in the body, so that an observation can be told from an older
/// one whatever the status is.
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
        var next = (PipelineStatus)(((int)status + 1 + random.Next(PipelineStatuses.Count - 1)) % PipelineStatuses.Count);
        _truth[pipelineId] = (next, number + 1);
        _supersededAt[(pipelineId, status)] = clock.Now;
    }

    public static int NumberIn(PipelineRecord record) =>
        int.Parse(Encoding.UTF8.GetString(record.Body.Span), System.Globalization.CultureInfo.InvariantCulture);

    public IPipelineBackend For(Replica replica) => new View(this, replica);

    private sealed class View(ScriptedBackend backend, Replica replica) : IPipelineBackend
    {
        public ValueTask<PipelineReading> ReadAsync(string pipelineId, CancellationToken cancellationToken)
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
                var (status, number) = backend.Truth(pipelineId);
                var body = Encoding.UTF8.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Answer(backend.Delay(300), () => new PipelineReading(pipelineId, PipelineCondition.Ok, status, body));
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

        public ValueTask<ReadOnlyMemory<byte>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
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
