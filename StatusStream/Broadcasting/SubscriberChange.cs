namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>A change of what a subscriber watches, until a batch has acknowledged it.</summary>
/// <param name="revision">Numbers the change.</param>
/// <param name="resume">What the client knows of the added pipelines already.</param>
/// <param name="isBehind">True when what is known here may be older than what the client has seen.</param>
internal sealed class SubscriberChange(long revision, Resume? resume = null, bool isBehind = false)
{
    private bool _isWaitedLongEnough;

    public long Revision { get; } = revision;

    public Resume? Resume { get; } = resume;

    public bool IsBehind { get; private set; } = isBehind;

    /// <summary>The slots of the added pipelines.</summary>
    public List<int> Added { get; } = [];

    /// <summary>Those of them that have yet to be read.</summary>
    public HashSet<int> Unread { get; } = [];

    /// <summary>True when the batch need not wait any longer: every added pipeline has been read, well or not, or a read would have been over.</summary>
    public bool IsDue => Unread.Count == 0 || _isWaitedLongEnough;

    /// <summary>The batch waits no longer for pipelines that have not been read.</summary>
    public void EndWaiting() => _isWaitedLongEnough = true;

    /// <summary>What was known of some pipeline is kept back: its next read may be older than what the client has seen, or newer.</summary>
    public void FallBehind() => IsBehind = true;

    /// <summary>A pipeline is not watched any more.</summary>
    public void Forget(int slot)
    {
        Added.Remove(slot);
        Unread.Remove(slot);
    }
}
