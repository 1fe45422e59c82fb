using System.Buffers.Binary;
using System.IO.Compression;

namespace PipelineAspire.StatusStream.Streaming.Compression;

/// <summary>
/// Blocks of raw deflate (RFC 1951) that stand alone: none refers to what was said before it, none is the final one, and each ends at a
/// byte, so that one block may stand in any number of streams and is read as soon as it has arrived.
/// </summary>
internal static class DeflateBlock
{
    /// <summary>What comes before the bytes of a stored block: its kind, its length, and the length inverted.</summary>
    public const int StoredHeaderLength = 5;

    /// <summary>The most that one stored block holds, in bytes.</summary>
    public const int MostStored = ushort.MaxValue;

    // The higher levels win a twentieth of the bytes for twice the time, or less for more.
    private static readonly ZLibCompressionOptions Options = new() { CompressionLevel = 2 };

    [ThreadStatic]
    private static MemoryStream? _scratch;

    /// <summary>Compresses, or stores what compression would make longer.</summary>
    /// <param name="plain">At least one byte.</param>
    public static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        var output = _scratch ??= new MemoryStream();
        output.SetLength(0);
        byte[] block;

        // A compressor of its own: a block of one that goes on would refer to the blocks before.
        using (var deflate = new DeflateStream(output, Options, leaveOpen: true))
        {
            deflate.Write(plain);
            deflate.Flush();
            var length = (int)output.Length; // what disposing adds, the final block, is not wanted
            block = length < StoredLength(plain.Length) ? output.GetBuffer().AsSpan(0, length).ToArray() : Store(plain);
        }

        if (output.Capacity > MostStored) _scratch = null;
        return block;
    }

    /// <summary>How many bytes so many bytes are when stored.</summary>
    public static int StoredLength(int length) => length + (StoredBlocks(length) * StoredHeaderLength);

    /// <summary>How many stored blocks hold so many bytes.</summary>
    public static int StoredBlocks(int length) => (length + MostStored - 1) / MostStored;

    /// <summary>Writes the header of a stored block.</summary>
    /// <param name="output">Room for <see cref="StoredHeaderLength"/> bytes.</param>
    /// <param name="length">How many bytes follow, at most <see cref="MostStored"/>.</param>
    public static void WriteStoredHeader(Span<byte> output, int length)
    {
        output[0] = 0; // stored, not the final one
        BinaryPrimitives.WriteUInt16LittleEndian(output[1..], (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(output[3..], (ushort)~length);
    }

    /// <summary>The bytes as they are, in as many stored blocks as they need.</summary>
    public static byte[] Store(ReadOnlySpan<byte> plain)
    {
        var stored = new byte[StoredLength(plain.Length)];
        plain.CopyTo(stored.AsSpan(stored.Length - plain.Length));
        StoreInPlace(stored);
        return stored;
    }

    /// <summary>Makes stored blocks of bytes that stand at the end of <paramref name="buffer"/>, after room for the headers they need.</summary>
    public static void StoreInPlace(Span<byte> buffer)
    {
        var blocks = (buffer.Length + MostStored + StoredHeaderLength - 1) / (MostStored + StoredHeaderLength);
        var rest = buffer[(blocks * StoredHeaderLength)..];
        while (rest.Length > 0)
        {
            // The headers of the blocks to come are the room into which this one moves.
            var length = Math.Min(rest.Length, MostStored);
            rest[..length].CopyTo(buffer[StoredHeaderLength..]);
            WriteStoredHeader(buffer, length);
            buffer = buffer[(StoredHeaderLength + length)..];
            rest = rest[length..];
        }
    }
}
