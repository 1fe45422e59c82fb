using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.Shared;

namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>What stands behind the versions that streams say: those of a stream's own epoch tell what others have observed.</summary>
internal sealed class KnownVersions(ModelRedis redis)
{
    private readonly Dictionary<StatusVersion, bool> _early = [];
    private ulong _epoch;

    /// <summary>An epoch of a stream's own.</summary>
    public ulong DrawEpoch() => ++_epoch;

    /// <summary>Something is told.</summary>
    public void NoteTold(in StreamEvent told)
    {
        if (IsEarly(told.Version) && told.Records is { Count: > 0 } records) _early[told.Version] = records.All(record => IsShared(record.Version));
    }

    /// <summary>True for what is told in an epoch of a stream's own.</summary>
    public bool IsEarly(StatusVersion version) => version.Epoch <= _epoch;

    /// <summary>True for what the shared loop has observed, false for an isolated replica.</summary>
    public bool IsShared(StatusVersion version) => IsEarly(version) ? _early.GetValueOrDefault(version) : redis.IsShared(version.Epoch);
}
