using System.Net;
using PipelineAspire.StatusStream.Access;

namespace PipelineAspire.StatusStream.Tests.Access;

public class ClientStreamsTests
{
    private readonly ClientStreams _streams = new(most: 2);
    private readonly ClientKey _ann = ClientKey.Of(IPAddress.Parse("192.0.2.7"));
    private readonly ClientKey _bob = ClientKey.Of(IPAddress.Parse("192.0.2.8"));

    [Fact]
    public void AClientHasAsManyAsItMayAndTakesNoneFromAnother()
    {
        Assert.NotNull(_streams.TryOpen(_ann));
        Assert.NotNull(_streams.TryOpen(_ann));

        Assert.Null(_streams.TryOpen(_ann));
        Assert.NotNull(_streams.TryOpen(_bob));
    }

    [Fact]
    public void AStreamThatEndsTwiceMakesRoomForOne()
    {
        var first = _streams.TryOpen(_ann)!;
        _ = _streams.TryOpen(_ann);
        first.Dispose();
        first.Dispose();

        Assert.NotNull(_streams.TryOpen(_ann));
        Assert.Null(_streams.TryOpen(_ann));
    }

    [Fact]
    public void AClientWithoutAStreamIsForgotten()
    {
        var streams = Enumerable.Range(0, 1000).Select(i => _streams.TryOpen(ClientKey.Of(new IPAddress(i)))!).ToList();
        Assert.Equal(1000, _streams.Clients);

        foreach (var stream in streams) stream.Dispose();

        Assert.Equal(0, _streams.Clients);
    }

    [Fact]
    public void ManyThreadsLoseCountOfNothing()
    {
        Parallel.For(0, 20_000, i => _streams.TryOpen(i % 2 == 0 ? _ann : _bob)?.Dispose());

        Assert.Equal(0, _streams.Clients);
    }
}
