namespace PipelineAspire.StatusStream.Backplane;

/// <summary>
/// The backend's list as replicas share it. Whoever needs it first once it is older than an interval claims the read, for all; the
/// others take what was read.
/// </summary>
internal interface ISharedList
{
    /// <summary>Looks for a list that is not older than an interval, and for who reads it when there is none. Never throws for want of the others.</summary>
    /// <param name="knownTag">The tag of a list whose bytes need not come again; null for none.</param>
    /// <param name="mayClaim">False when this replica reads for itself alone.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    ValueTask<SharedListState> FindAsync(string? knownTag, bool mayClaim, CancellationToken cancellationToken);

    /// <summary>
    /// Says what a claimed read has found, unless the claim has run out meanwhile: what is shared is newer then.
    /// </summary>
    /// <param name="claim">The claim, which is over with this.</param>
    /// <param name="copy">The list; null when it could not be read: then somebody else tries.</param>
    ValueTask PublishAsync(ListClaim claim, SharedListCopy? copy);
}

/// <summary>Where the shared list is: one of the three, or none of them when this replica has to read by itself.</summary>
internal sealed record SharedListState
{
    /// <summary>There is nobody to share with, or what was read is too large to be shared.</summary>
    public static readonly SharedListState Alone = new();

    /// <summary>Another replica is about to read it.</summary>
    public static readonly SharedListState BeingRead = new() { IsBeingRead = true };

    /// <summary>The list, not older than an interval.</summary>
    public SharedListCopy? Copy { get; init; }

    /// <summary>How long ago that was read.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>This replica is to read it, for all.</summary>
    public ListClaim? Claim { get; init; }

    /// <summary>Another replica is about to read it.</summary>
    public bool IsBeingRead { get; private init; }
}

/// <summary>The right to read the list for all, for as long as a read may take.</summary>
/// <param name="Token">Names it among all claims.</param>
/// <param name="StoredTag">The tag of the list that was shared last; null for none.</param>
internal sealed record ListClaim(string Token, string? StoredTag);

/// <summary>A list, as it is shared.</summary>
/// <param name="Tag">Names it, whoever reads it.</param>
/// <param name="ETag">The backend's entity tag, if it has one.</param>
/// <param name="Json">The list, UTF-8; empty where its bytes are known already.</param>
internal sealed record SharedListCopy(string Tag, string? ETag, ReadOnlyMemory<byte> Json);
