using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PipelineAspire.Benchmarks.Load;

/// <summary>The beginning of a line whose end has not arrived. Of long lines only the beginning is kept.</summary>
internal struct LineCarry
{
    /// <summary>How much of a line is kept, in bytes, when it does not arrive at once.</summary>
    public const int Capacity = 256;

    private Room _room;
    private int _length;

    public void Keep(ReadOnlySpan<byte> part)
    {
        var taken = part[..Math.Min(part.Length, Capacity - _length)];
        taken.CopyTo(((Span<byte>)_room)[_length..]);
        _length += taken.Length;
    }

    /// <summary>The whole line, given its end.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Complete(ReadOnlySpan<byte> end)
    {
        if (_length == 0) return end;
        Keep(end);
        var length = _length;
        _length = 0;
        return ((ReadOnlySpan<byte>)_room)[..length];
    }

    /// <summary>Takes the next line off <paramref name="input"/>, without its end; false when there is none yet.</summary>
    [UnscopedRef]
    public bool TryTake(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> line)
    {
        var end = input.IndexOf((byte)'\n');
        if (end < 0)
        {
            Keep(input);
            input = default;
            line = default;
            return false;
        }

        var last = input[..end];
        input = input[(end + 1)..];
        line = Complete(last);
        return true;
    }

    [InlineArray(Capacity)]
    private struct Room
    {
        private byte _first;
    }
}
