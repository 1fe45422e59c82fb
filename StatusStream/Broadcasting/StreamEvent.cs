using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What kind of event a <see cref="StreamEvent"/> is.</summary>
internal enum StreamEventKind
{
    /// <summary>All of <see cref="StreamEvent.Records"/>, as they are.</summary>
    Batch,

    /// <summary>A status other than the one told last.</summary>
    Update,

    /// <summary>Fields other than those told last, with the same status.</summary>
    FieldsUpdate,

    /// <summary>An episode of errors began.</summary>
    Error,

    /// <summary>What the stream was told cannot be confirmed; a batch of all follows when it can.</summary>
    Stalled,

    /// <summary>How long what the stream was told counts as confirmed: for a hub that passes it on.</summary>
    Lease,
}

/// <summary>What an event says of the fields of its pipeline.</summary>
internal enum FieldsPart
{
    /// <summary>Nothing: they are those told last, or the stream gets none.</summary>
    None,

    /// <summary>What is different from the record before, which was told.</summary>
    Changed,

    /// <summary>All: the stream was skipped.</summary>
    All,
}

/// <summary>One event for one stream.</summary>
/// <param name="Kind">Which event.</param>
/// <param name="Version">The newest version that the stream has been told of, this delivery included.</param>
/// <param name="Record">The pipeline, for an update or an error.</param>
/// <param name="PreviousStatus">The status told before, for an update.</param>
/// <param name="Records">The pipelines of a batch.</param>
/// <param name="Revision">The change of what is watched that a batch acknowledges; 0 for none.</param>
/// <param name="IsPartial">True for a batch of what the client does not know already.</param>
/// <param name="IsBehind">True for the batch of a change that could not be made sure to be no older than what was seen elsewhere: for a hub that passes it on.</param>
/// <param name="Fields">What an update says of the fields; a batch says all to those who get them.</param>
/// <param name="Lease">How long everything told counts as confirmed, for a lease.</param>
/// <param name="Clock">When the lease was made, by <see cref="RelayClock"/>.</param>
internal readonly record struct StreamEvent(
    StreamEventKind Kind, StatusVersion Version, PipelineRecord? Record = null,
    PipelineStatus? PreviousStatus = null, IReadOnlyList<PipelineRecord>? Records = null, long Revision = 0, bool IsPartial = false,
    bool IsBehind = false, FieldsPart Fields = FieldsPart.None, FreshnessLease? Lease = null, long Clock = 0);
