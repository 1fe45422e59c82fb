using System.Buffers.Text;
using System.Globalization;

namespace PipelineAspire.Benchmarks.Load;

/// <summary>What kind of event a stream brought.</summary>
internal enum StreamEventKind : byte
{
    None,
    StatusUpdate,
    BatchUpdate,
    Heartbeat,
    Error,
}

/// <summary>An event, as far as a load run looks into it.</summary>
/// <param name="Kind">Which event.</param>
/// <param name="Epoch">The epoch of its id; 0 without an id.</param>
/// <param name="Sequence">The sequence of its id.</param>
/// <param name="Timestamp">Unix milliseconds, as the server says.</param>
/// <param name="Pipeline">The number in <c>bench-{number}</c>; -1 for events of no single pipeline.</param>
internal readonly record struct StreamEvent(StreamEventKind Kind, ulong Epoch, long Sequence, long Timestamp, int Pipeline);

/// <summary>Finds the events in the bytes of a stream, however they are cut. Allocates nothing.</summary>
internal struct EventScanner
{
    private LineCarry _carry;
    private StreamEventKind _kind;
    private ulong _epoch;
    private long _sequence;
    private long _timestamp;
    private int _pipeline;

    /// <summary>The next event; false when more has to arrive.</summary>
    public bool TryTake(ref ReadOnlySpan<byte> input, out StreamEvent found)
    {
        while (_carry.TryTake(ref input, out var line))
        {
            if (!line.IsEmpty)
            {
                Take(line);
                continue;
            }

            found = new StreamEvent(_kind, _epoch, _sequence, _timestamp, _pipeline);
            (_kind, _epoch, _sequence, _timestamp, _pipeline) = (StreamEventKind.None, 0, 0, 0, -1);
            if (found.Kind != StreamEventKind.None) return true; // a block without an event sets the retry time
        }

        found = default;
        return false;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("event: "u8))
            _kind = KindOf(line[7..]);
        else if (line.StartsWith("id: "u8))
            TakeId(line[4..]);
        else if (line.StartsWith("data: "u8))
            TakeData(line);
    }

    private static StreamEventKind KindOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("status_update"u8) ? StreamEventKind.StatusUpdate
        : name.SequenceEqual("batch_update"u8) ? StreamEventKind.BatchUpdate
        : name.SequenceEqual("heartbeat"u8) ? StreamEventKind.Heartbeat
        : StreamEventKind.Error;

    private void TakeId(ReadOnlySpan<byte> id)
    {
        var dash = id.IndexOf((byte)'-');
        if (dash < 0) return;
        _ = ulong.TryParse(id[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _epoch);
        _ = Utf8Parser.TryParse(id[(dash + 1)..], out _sequence, out _);
    }

    private void TakeData(ReadOnlySpan<byte> data)
    {
        _timestamp = NumberAfter(data, "\"timestamp\":"u8, otherwise: 0);
        _pipeline = _kind == StreamEventKind.BatchUpdate ? -1 : (int)NumberAfter(data, "\"pipelineId\":\"bench-"u8, otherwise: -1);
    }

    private static long NumberAfter(ReadOnlySpan<byte> data, ReadOnlySpan<byte> name, long otherwise)
    {
        var at = data.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(data[(at + name.Length)..], out long number, out _) ? number : otherwise;
    }
}
