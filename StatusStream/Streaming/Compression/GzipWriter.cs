using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.IO.Pipelines;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming.Compression;

/// <summary>
/// The body of a stream as one gzip member (RFC 1952) of independent blocks. What is written like into any pipe is stored, each write
/// a block of its own; what is compressed comes as a block that was made before, whoever else gets it. All that it knows of what
/// it has written is a checksum and a length.
/// </summary>
internal sealed class GzipWriter : PipeWriter
{
    private const int TrailerLength = 2 + 4 + 4; // the final block, checksum, length
    private const int PieceLength = 4 * 1024; // as much as the HTTP stack's pieces of memory hold

    // Of deflate, no flags, no time, no hints, from no known system.
    private static readonly byte[] Header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

    // Of fixed codes, with nothing but its end.
    private static ReadOnlySpan<byte> FinalBlock => [0x03, 0x00];

    private readonly PipeWriter _output;
    private readonly SnapshotChunks _snapshots;
    private readonly Crc32 _checksum = new();
    private uint _length;
    private Memory<byte> _granted;
    private int _reserved;
    private ReadOnlyMemory<byte> _restOfBlock;
    private int _itemsOfBlock;

    /// <param name="output">Takes the bytes; <see cref="Start"/> of the same first bytes has been sent.</param>
    /// <param name="snapshots">The blocks that batches are made of.</param>
    /// <param name="compressesEvents">True when events, too, come as blocks.</param>
    /// <param name="firstBytes">What was given to <see cref="Start"/>.</param>
    public GzipWriter(PipeWriter output, SnapshotChunks snapshots, bool compressesEvents, ReadOnlySpan<byte> firstBytes)
    {
        (_output, _snapshots, CompressesEvents) = (output, snapshots, compressesEvents);
        Count(firstBytes);
    }

    /// <summary>True when events, too, come as blocks.</summary>
    public bool CompressesEvents { get; }

    public override bool CanGetUnflushedBytes => _output.CanGetUnflushedBytes;

    public override long UnflushedBytes => _output.UnflushedBytes;

    /// <summary>The first bytes of a body: the member's header, and what is said first.</summary>
    public static byte[] Start(ReadOnlySpan<byte> firstBytes) => [.. Header, .. DeflateBlock.Store(firstBytes)];

    /// <summary>Writes a block.</summary>
    /// <param name="plain">What it says.</param>
    /// <param name="block">The block.</param>
    public void WriteBlock(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> block)
    {
        Count(plain);
        WritePiece(block);
    }

    /// <summary>Writes the next piece of a batch's items; called again until all of them are written.</summary>
    /// <param name="records">The items; the same ones each time.</param>
    /// <param name="from">How many of them are written.</param>
    /// <returns>How many more of them are.</returns>
    public int WriteItems(IReadOnlyList<PipelineRecord> records, int from)
    {
        if (_restOfBlock.IsEmpty)
        {
            if (from > 0) this.Write(","u8);
            var chunk = _snapshots.Get(records, from);
            Count(chunk.Plain);
            (_restOfBlock, _itemsOfBlock) = (chunk.Block, chunk.Count);
        }

        // In pieces, so that a client that is slow holds one of them and the block, which is short and may be others' too.
        var piece = _restOfBlock[..Math.Min(_restOfBlock.Length, PieceLength)];
        WritePiece(piece.Span);
        _restOfBlock = _restOfBlock[piece.Length..];
        return _restOfBlock.IsEmpty ? _itemsOfBlock : 0;
    }

    /// <summary>Ends the member; nothing may follow.</summary>
    public void End()
    {
        var trailer = _output.GetSpan(TrailerLength);
        FinalBlock.CopyTo(trailer);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[2..], _checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[6..], _length);
        _output.Advance(TrailerLength);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        // Room for the headers comes first. No more is granted than they suffice for.
        var length = Math.Max(sizeHint, 1);
        _reserved = DeflateBlock.StoredLength(length) - length;
        _granted = _output.GetMemory(_reserved + length);
        return _granted[_reserved..Math.Min(_granted.Length, _reserved + Math.Max(length, DeflateBlock.MostStored))];
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (bytes > 0)
        {
            var written = _granted.Span.Slice(_reserved, bytes);
            Count(written);
            var stored = DeflateBlock.StoredLength(bytes);
            if (_reserved + bytes > stored) written.CopyTo(_granted.Span[(stored - bytes)..]); // less than was asked for, by a whole block
            DeflateBlock.StoreInPlace(_granted.Span[..stored]);
            _output.Advance(stored);
        }

        _granted = default;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _output.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _output.Complete(exception);

    private void WritePiece(ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_output.GetSpan(piece.Length));
        _output.Advance(piece.Length);
    }

    private void Count(ReadOnlySpan<byte> plain)
    {
        _checksum.Append(plain);
        _length += (uint)plain.Length;
    }
}
