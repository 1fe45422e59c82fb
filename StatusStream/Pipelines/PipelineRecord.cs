namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>What is known of one pipeline since <see cref="Version"/>. Immutable, shared by everybody who tells it.</summary>
internal sealed class PipelineRecord(
    string pipelineId, StatusVersion version, PipelineStatus? status, PipelineCondition condition, long timestamp)
{
    /// <summary>How many variants <see cref="Encoded"/> keeps: one per status told before, one for none, one to spare.</summary>
    public static readonly int FrameVariants = PipelineStatuses.Count + 2;

    /// <summary>
    /// How many more there are for those who get fields: what changed of them or all, once per variant of a status and once for fields alone.
    /// </summary>
    public static readonly int FieldsVariants = 2 * (PipelineStatuses.Count + 2);

    private byte[]?[]? _encoded;
    private byte[]?[]? _encodedWithFields;
    private byte[]?[]? _compressed;
    private byte[]?[]? _compressedWithFields;

    public string PipelineId { get; } = pipelineId;

    public StatusVersion Version { get; } = version;

    /// <summary>The last status the backend said; null when it never said one.</summary>
    public PipelineStatus? Status { get; } = status;

    public PipelineCondition Condition { get; } = condition;

    /// <summary>When the poller observed it, Unix milliseconds by its wall clock: to show, never to decide by.</summary>
    public long Timestamp { get; } = timestamp;

    /// <summary>Since when the status and the condition are these; older than <see cref="Version"/> when fields alone have changed since.</summary>
    public StatusVersion StatusVersion { get; init; } = version;

    /// <summary>What the backend says beside the status; null when nothing is known.</summary>
    public PipelineFields? Fields { get; init; }

    /// <summary>The fields of the record before this one.</summary>
    public PipelineFields? FieldsBefore { get; init; }

    /// <summary>True when it says nothing new to those who get no fields.</summary>
    public bool ChangesFieldsAlone => StatusVersion != Version;

    /// <summary>The same as of a newer version.</summary>
    public PipelineRecord At(StatusVersion newer) =>
        new(PipelineId, newer, Status, Condition, Timestamp) { Fields = Fields, FieldsBefore = FieldsBefore };

    /// <summary>The condition alone, for one who knows a newer status than the last one known here.</summary>
    public PipelineRecord WithoutStatus() => new(PipelineId, Version, status: null, Condition, Timestamp);

    /// <summary>
    /// The same where <paramref name="before"/> was known before it. Equal fields are the same object, by which it shows who was told
    /// the record before.
    /// </summary>
    public PipelineRecord Following(PipelineRecord? before)
    {
        var known = before?.Fields;
        if (ReferenceEquals(known, FieldsBefore)) return this;
        var fields = Fields is null ? known?.Cleared : PipelineFields.AreSame(known, Fields) ? known ?? Fields : Fields;
        return new PipelineRecord(PipelineId, Version, Status, Condition, Timestamp)
        {
            Fields = fields,
            FieldsBefore = known,
            StatusVersion = StatusVersion,
        };
    }

    /// <summary>True when the status belongs into a batch.</summary>
    public bool HasPublicStatus => Status is not null && Condition != PipelineCondition.NotFound;

    /// <summary>True when a stream that was told <paramref name="other"/> would learn something from this.</summary>
    public bool IsVisibleChangeFrom(PipelineRecord? other) =>
        other is null || Status != other.Status || !Condition.IsSameEpisodeAs(other.Condition);

    /// <summary>
    /// The record encoded in one of its variants: once, whoever asks for it. <paramref name="encode"/> must depend on
    /// nothing but the record and the variant.
    /// </summary>
    /// <param name="variant">
    /// Which variant, 0 to <see cref="FrameVariants"/> - 1, and <see cref="FieldsVariants"/> more with fields; what each means is the
    /// encoder's business.
    /// </param>
    /// <param name="encode">Makes the bytes.</param>
    public byte[] Encoded(int variant, Func<PipelineRecord, int, byte[]> encode)
    {
        // Two threads may both encode the first time; the bytes are the same, so whichever is kept is right.
        ref var frame = ref FrameOf(ref _encoded, ref _encodedWithFields, variant);
        return Volatile.Read(ref frame) ?? (frame = encode(this, variant));
    }

    /// <summary>The same compressed: once, whoever asks for it.</summary>
    /// <param name="variant">Which variant.</param>
    /// <param name="encode">Makes the bytes, as for <see cref="Encoded"/>.</param>
    /// <param name="compress">Compresses them; must depend on nothing but the bytes.</param>
    public byte[] Compressed(int variant, Func<PipelineRecord, int, byte[]> encode, Func<byte[], byte[]> compress)
    {
        ref var frame = ref FrameOf(ref _compressed, ref _compressedWithFields, variant);
        return Volatile.Read(ref frame) ?? (frame = compress(Encoded(variant, encode)));
    }

    /// <summary>Frames with fields have an array of their own, since most records are never asked for one.</summary>
    private static ref byte[]? FrameOf(ref byte[]?[]? plain, ref byte[]?[]? withFields, int variant)
    {
        if (variant < FrameVariants) return ref (plain ??= new byte[]?[FrameVariants])[variant];
        return ref (withFields ??= new byte[]?[FieldsVariants])[variant - FrameVariants];
    }
}
