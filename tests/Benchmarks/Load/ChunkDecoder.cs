namespace PipelineAspire.Benchmarks.Load;

/// <summary>Takes the chunk framing off an HTTP/1.1 body, in place.</summary>
internal struct ChunkDecoder
{
    private State _state;
    private int _left;

    /// <summary>True when the body has ended.</summary>
    public readonly bool IsOver => _state == State.Over;

    /// <summary>The next piece of the body; false when more has to arrive.</summary>
    /// <exception cref="InvalidDataException">The framing is broken.</exception>
    public bool TryTake(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data)
    {
        data = default;
        while (!input.IsEmpty)
        {
            if (_state == State.Data)
            {
                data = input[..Math.Min(_left, input.Length)];
                input = input[data.Length..];
                _left -= data.Length;
                if (_left == 0) _state = State.DataReturn;
                return true;
            }

            if (_state == State.Over) return false;
            Frame(input[0]);
            input = input[1..];
        }

        return false;
    }

    private void Frame(byte next)
    {
        _state = (_state, next) switch
        {
            (State.Start, _) => Digit(next),
            (State.Size, (byte)'\r') => State.SizeFeed,
            (State.Size, _) => Digit(next),
            (State.SizeFeed, (byte)'\n') => _left > 0 ? State.Data : State.Over,
            (State.DataReturn, (byte)'\r') => State.DataFeed,
            (State.DataFeed, (byte)'\n') => State.Start,
            _ => throw Broken(next),
        };
    }

    private State Digit(byte next)
    {
        if (!char.IsAsciiHexDigit((char)next) || _left > int.MaxValue >> 4) throw Broken(next);
        _left = (_left << 4) + (next <= '9' ? next - '0' : (next | 0x20) - 'a' + 10);
        return State.Size;
    }

    private static InvalidDataException Broken(byte next) => new($"A chunk is framed wrongly: byte 0x{next:x2} does not belong there.");

    private enum State : byte
    {
        Start,
        Size,
        SizeFeed,
        Data,
        DataReturn,
        DataFeed,
        Over,
    }
}
