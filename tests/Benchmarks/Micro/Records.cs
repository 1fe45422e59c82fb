using System.IO.Pipelines;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.Benchmarks.Micro;

/// <summary>What the micro-benchmarks feed the product with.</summary>
internal static class Records
{
    private const ulong Epoch = 0x7f3a9c0d12e4b85f;

    public static PipelineRecord Of(string pipelineId, PipelineStatus status, long sequence) =>
        new(pipelineId, new StatusVersion(Epoch, sequence), status, PipelineCondition.Ok, 1764000000123);

    public static PollUpdate Update(PipelineRecord record) => new(record.Version, [record], [], []);

    /// <summary>A broadcaster whose streams are woken within the call.</summary>
    public static StatusBroadcaster Broadcaster() =>
        new(new PollCadence(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)), TimeProvider.System, PipeScheduler.Inline);
}
