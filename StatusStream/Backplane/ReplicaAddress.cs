using System.Buffers;
using System.Security.Cryptography;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>Where a replica is asked, for as long as its process lives. It stands in handles, so it says nothing of the machine.</summary>
internal static class ReplicaAddress
{
    private const int Bytes = 8;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>An address that nobody has had.</summary>
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>True for what may be an address.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => text.Length == Bytes * 2 && !text.ContainsAnyExcept(Digits);
}
