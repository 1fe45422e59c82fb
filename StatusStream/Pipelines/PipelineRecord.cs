namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>What is known of one pipeline since <see cref="Version"/>. Immutable, shared by everybody who tells it.</summary>
internal sealed class PipelineRecord(
    string pipelineId, StatusVersion version, PipelineStatus? status, PipelineCondition condition, long timestamp)
{
    /// <summary>How many variants <see cref="Encoded"/> keeps: one per status told before, one for none, one to spare.</summary>
    public static readonly int FrameVariants = PipelineStatuses.Count + 2;

    private byte[]?[]? _encoded;
    private byte[]?[]? _compressed;

    public string PipelineId { get; } = pipelineId;

    public StatusVersion Version { get; } = version;

    /// <summary>The last status the backend said; null when it never said one.</summary>
    public PipelineStatus? Status { get; } = status;

    public PipelineCondition Condition { get; } = condition;

    /// <summary>When the poller observed it, Unix milliseconds by its wall clock: to show, never to decide by.</summary>
    public long Timestamp { get; } = timestamp;

    /// <summary>The same as of a newer version.</summary>
    public PipelineRecord At(StatusVersion newer) => new(PipelineId, newer, Status, Condition, Timestamp);

    /// <summary>True when the status belongs into a batch.</summary>
    public bool HasPublicStatus => Status is not null && Condition != PipelineCondition.NotFound;

    /// <summary>True when a stream that was told <paramref name="other"/> would learn something from this.</summary>
    public bool IsVisibleChangeFrom(PipelineRecord? other) =>
        other is null || Status != other.Status || !Condition.IsSameEpisodeAs(other.Condition);

    /// <summary>
    /// The record encoded in one of its variants: once, whoever asks for it. <paramref name="encode"/> must depend on
    /// nothing but the record and the variant.
    /// </summary>
    /// <param name="variant">Which variant, 0 to <see cref="FrameVariants"/> - 1; what each means is the encoder's business.</param>
    /// <param name="encode">Makes the bytes.</param>
    public byte[] Encoded(int variant, Func<PipelineRecord, int, byte[]> encode)
    {
        // Two threads may both encode the first time; the bytes are the same, so whichever is kept is right.
        var variants = _encoded ??= new byte[]?[FrameVariants];
        return Volatile.Read(ref variants[variant]) ?? (variants[variant] = encode(this, variant));
    }

    /// <summary>The same compressed: once, whoever asks for it.</summary>
    /// <param name="variant">Which variant.</param>
    /// <param name="encode">Makes the bytes, as for <see cref="Encoded"/>.</param>
    /// <param name="compress">Compresses them; must depend on nothing but the bytes.</param>
    public byte[] Compressed(int variant, Func<PipelineRecord, int, byte[]> encode, Func<byte[], byte[]> compress)
    {
        var variants = _compressed ??= new byte[]?[FrameVariants];
        return Volatile.Read(ref variants[variant]) ?? (variants[variant] = compress(Encoded(variant, encode)));
    }
}
