using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>The strong <c>ETag</c> of a body: a hash of its bytes, in quotes.</summary>
public static class EntityTag
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    public static ulong Hash(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>
    /// The hash of an array, from those of its items: another order, number or content gives another one. No body is
    /// written for it, nor for those who have it already.
    /// </summary>
    public static ulong Hash(IReadOnlyList<JsonBody> items)
    {
        var hash = 1UL;
        foreach (var item in items) hash = (hash * Multiplier) + item.Hash;
        return hash;
    }

    public static string From(ulong hash) => $"\"{hash:x16}\"";

    /// <summary>
    /// Whether a client has what <paramref name="tag"/> stands for, strong or weak. No other tag of the list can contain
    /// this one, which has its quotes with it; so nothing is parsed.
    /// </summary>
    public static bool IsIn(StringValues ifNoneMatch, string tag)
    {
        foreach (var tags in ifNoneMatch)
        {
            if (tags is not null && (tags == "*" || tags.Contains(tag, StringComparison.Ordinal))) return true;
        }

        return false;
    }
}
