using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>The next stage of the road: takes what comes off the backplane, in order, one call at a time, without blocking.</summary>
internal interface IStatusReceiver
{
    /// <summary>Takes an update.</summary>
    void Receive(PollUpdate update);

    /// <summary>
    /// Takes all that is shared in place of what was known, since updates may have been missed. Pipelines in
    /// <paramref name="kept"/> stay as they are.
    /// </summary>
    void Replace(StatusVersion version, IReadOnlyList<AgedRecord> known, IReadOnlySet<string> kept);

    /// <summary>
    /// What is known is no longer kept up by the shared loop: it is not told to whoever comes from now on, until it is
    /// read again.
    /// </summary>
    void QuarantineAll();

    /// <summary>True when most of what is watched here has not been read for so long that whoever polls must be taken for lost.</summary>
    bool IsBehind { get; }

    /// <summary>What is known here now.</summary>
    IReadOnlyList<AgedRecord> Known();
}

/// <summary>A receiver of what another hub tells, which knows of no reads.</summary>
internal interface ILeasedStatusReceiver : IStatusReceiver
{
    /// <summary>Another hub says how long what it told counts as confirmed: that takes the place of reads, which it does not tell of.</summary>
    /// <param name="lease">How long, from now on; for no time when it is lost, null when it need not be asked.</param>
    void Renew(FreshnessLease? lease);
}
