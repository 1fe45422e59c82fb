using Microsoft.Extensions.Options;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>
/// Two more fields of running pipelines that move slowly, by the clock and the pipeline's id alone. They change every few seconds, and
/// pipelines do so at different moments: in between readers get the same bytes under the same tag.
/// </summary>
public sealed class MovingFields(TimeProvider timeProvider, IOptions<FakeBackendOptions> options)
{
    private const int Wave = 20; // steps up, and as many down

    private readonly TimeSpan _interval = options.Value.FieldsInterval;
    private readonly long _origin = timeProvider.GetTimestamp();

    /// <summary>What is said of a pipeline now.</summary>
    public JsonBody BodyOf(Pipeline pipeline)
    {
        if (_interval == TimeSpan.Zero || pipeline.Status != PipelineStates.Running) return pipeline.Body;
        var seed = Seed(pipeline.Id);
        var step = (timeProvider.GetElapsedTime(_origin) + (_interval * (seed % 97) / 97)).Ticks / _interval.Ticks;
        return pipeline.BodyAt(step, () => ValuesAt(step, seed));
    }

    /// <summary>The values at a step, by a seed from 0 on.</summary>
    public static (int RowsPerSecond, double LagSeconds) ValuesAt(long step, int seed)
    {
        var usual = 200 + (seed % 1800);
        var rows = usual + (usual * (Height(step + seed) - (Wave / 2)) / (3 * Wave));
        return (rows, (2 + Height((2 * step) + (seed / 7))) / 10.0);
    }

    private static int Height(long step)
    {
        var place = (int)(step % (2 * Wave));
        return place < Wave ? place : (2 * Wave) - place;
    }

    /// <summary>The same in every process, unlike a string's own hash.</summary>
    private static int Seed(string id) => (int)(id.Aggregate(2166136261u, static (hash, character) => (hash ^ character) * 16777619) >> 1);
}
