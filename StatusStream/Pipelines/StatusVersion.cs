using System.Globalization;
using System.Security.Cryptography;

namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>
/// When a status was observed, as a logical clock: the epoch is random and drawn whenever polling changes hands, so it
/// compares for equality only; the sequence counts up within one epoch. On the wire <c>7f3a9c0d12e4b85f-41</c>.
/// </summary>
internal readonly record struct StatusVersion(ulong Epoch, long Sequence)
{
    private const int EpochDigits = 16;

    /// <summary>Draws an epoch.</summary>
    public static ulong NewEpoch() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Reads the form on the wire; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out StatusVersion version)
    {
        version = default;
        if (text.Length < EpochDigits + 2 || text[EpochDigits] != '-') return false;
        if (!ulong.TryParse(text[..EpochDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch)) return false;
        if (!long.TryParse(text[(EpochDigits + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return false;
        version = new StatusVersion(epoch, sequence);
        return true;
    }

    /// <summary>The form on the wire.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x16}-{Sequence}");
}
