using System.IO.Compression;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>The bytes of a list as Redis keeps them: compressed, since every replica fetches them, and only where they are not many.</summary>
internal static class PackedList
{
    /// <summary>The most bytes that are put into Redis. Larger lists are read by each replica itself.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The bytes to keep; none when they are too many.</summary>
    public static byte[] Pack(ReadOnlyMemory<byte> json)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(json.Span);
        return packed.Length <= MaxBytes ? packed.ToArray() : [];
    }

    /// <summary>The list of such bytes.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public static ReadOnlyMemory<byte> Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var json = new MemoryStream();
        gzip.CopyTo(json);
        return json.ToArray();
    }
}
