using System.Text;
using PipelineAspire.Benchmarks.Load;

namespace PipelineAspire.Benchmarks.Tests.Load;

public sealed class WireTests
{
    private const string Stream =
        "retry: 1000\n\n"
        + "event: batch_update\nid: 7f3a9c0d12e4b85f-3\ndata: "
        + "{\"type\":\"batch_update\",\"timestamp\":1764000000001,\"updates\":[{\"pipelineId\":\"bench-1\",\"status\":\"active\"}]}\n\n"
        + "event: status_update\nid: 7f3a9c0d12e4b85f-41\ndata: "
        + "{\"type\":\"status_update\",\"timestamp\":1764000000123,\"pipelineId\":\"bench-12\",\"status\":\"paused\",\"previousStatus\":\"active\"}\n\n"
        + "event: heartbeat\ndata: {\"type\":\"heartbeat\",\"timestamp\":1764000000200}\n\n"
        + "event: error\ndata: {\"type\":\"error\",\"timestamp\":1764000000300,\"message\":\"m\",\"code\":\"server_draining\"}\n\n";

    private static readonly StreamEvent[] Events =
    [
        new(StreamEventKind.BatchUpdate, 0x7f3a9c0d12e4b85f, 3, 1764000000001, -1),
        new(StreamEventKind.StatusUpdate, 0x7f3a9c0d12e4b85f, 41, 1764000000123, 12),
        new(StreamEventKind.Heartbeat, 0, 0, 1764000000200, -1),
        new(StreamEventKind.Error, 0, 0, 1764000000300, -1),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(10_000)]
    public void EventsAreFoundHoweverTheirBytesAreCut(int piece) => Assert.Equal(Events, Scan(Encoding.UTF8.GetBytes(Stream), piece));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(100, 17)]
    [InlineData(400, 4096)]
    public void ChunksAreTakenOffHoweverTheyAreCut(int chunk, int piece)
    {
        var framed = string.Concat(Stream.Chunk(chunk).Select(part => $"{part.Length:x}\r\n{new string(part)}\r\n")) + "0\r\n\r\n";
        var decoder = new ChunkDecoder();
        var body = new List<byte>();
        foreach (var bytes in Encoding.UTF8.GetBytes(framed).Chunk(piece))
        {
            ReadOnlySpan<byte> input = bytes;
            while (decoder.TryTake(ref input, out var data)) body.AddRange(data);
        }

        Assert.Equal(Stream, Encoding.UTF8.GetString([.. body]));
        Assert.True(decoder.IsOver);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("zz\r\n")]
    [InlineData("3\nabc")]
    [InlineData("3\r\nabcd\r\n")]
    [InlineData("fffffffff\r\n")]
    public void BrokenFramingIsNoticed(string framed) => Assert.Throws<InvalidDataException>(() =>
    {
        var decoder = new ChunkDecoder();
        ReadOnlySpan<byte> input = Encoding.ASCII.GetBytes(framed);
        while (decoder.TryTake(ref input, out _))
        {
            // on to the fault
        }
    });

    [Fact]
    public void OfALongLineTheBeginningIsKept()
    {
        var batch = "event: batch_update\ndata: {\"timestamp\":5," + new string('x', 5000) + "}\n\n";

        Assert.Equal([new StreamEvent(StreamEventKind.BatchUpdate, 0, 0, 5, -1)], Scan(Encoding.UTF8.GetBytes(batch), 100));
    }

    private static List<StreamEvent> Scan(byte[] stream, int piece)
    {
        var scanner = new EventScanner();
        var found = new List<StreamEvent>();
        foreach (var bytes in stream.Chunk(piece))
        {
            ReadOnlySpan<byte> input = bytes;
            while (scanner.TryTake(ref input, out var one)) found.Add(one);
        }

        return found;
    }
}
