using System.Globalization;

namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>
/// Names a set of pipelines in 64 bits, so that a client need not list those whose status it knows: two 32-bit FNV-1a hashes
/// (http://www.isthe.com/chongo/tech/comp/fnv/) from two offset bases over the ordinally sorted ids, joined by commas, in UTF-8.
/// </summary>
internal static class KnownPipelines
{
    private const uint FirstBasis = 0x811c9dc5;
    private const uint SecondBasis = 0x7ee3623a;
    private const uint Prime = 0x01000193;
    private const int HexDigits = 16;

    /// <summary>The hash of a set of ids, which are ASCII.</summary>
    public static ulong Hash(IEnumerable<string> pipelineIds)
    {
        var (first, second) = (FirstBasis, SecondBasis);
        var isFirst = true;
        foreach (var id in pipelineIds.Order(StringComparer.Ordinal))
        {
            if (!isFirst) Add((byte)',');
            isFirst = false;
            foreach (var character in id) Add((byte)character);
        }

        return ((ulong)first << 32) | second;

        void Add(byte value) => (first, second) = ((first ^ value) * Prime, (second ^ value) * Prime);
    }

    /// <summary>Reads the form on the wire, 16 hex digits; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong hash)
    {
        hash = 0;
        return text.Length == HexDigits && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out hash);
    }
}
