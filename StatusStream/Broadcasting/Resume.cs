using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What a client that comes back says it knows.</summary>
/// <param name="LastEventId">As of what.</param>
/// <param name="Known">The pipelines whose status it knows, as a <see cref="KnownPipelines.Hash"/>.</param>
internal sealed record Resume(StatusVersion LastEventId, ulong Known)
{
    /// <summary>
    /// Those of the records that the client does not know, or null when it is to be told all: it has to know exactly the statuses that
    /// there are, or those of them that are as old as that.
    /// </summary>
    /// <param name="records">Every status that there is now.</param>
    /// <param name="withFields">True when it knows the fields, too, so that a change of them alone counts.</param>
    public List<PipelineRecord>? Unknown(List<PipelineRecord> records, bool withFields = false)
    {
        var isAnyOld = records.Exists(IsAsOld);
        if (!isAnyOld && records.Count > 0) return null;
        var newer = records.FindAll(record => !IsAsOld(record));
        return Knows(records) || (newer.Count > 0 && Knows(records.FindAll(IsAsOld))) ? newer : null;

        bool IsAsOld(PipelineRecord record)
        {
            var version = withFields ? record.Version : record.StatusVersion;
            return version.Epoch == LastEventId.Epoch && version.Sequence <= LastEventId.Sequence;
        }
    }

    private bool Knows(List<PipelineRecord> records) => KnownPipelines.Hash(records.Select(record => record.PipelineId)) == Known;
}
