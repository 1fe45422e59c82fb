using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Backplane;

public class WatchListTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly FakeTimeProvider _clock = new();
    private readonly WatchList _list;
    private readonly List<string> _began = [];

    public WatchListTests()
    {
        _list = new WatchList(Cadence, _clock);
        _list.Watched += _began.AddRange;
    }

    [Fact]
    public void AStreamWatchesUntilItLeavesAndThreeIntervalsMore()
    {
        _list.Add(["a"]);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([new WatchedPipeline("a", null)], _list.Current());

        _list.Remove(["a"]);
        Assert.Equal([new WatchedPipeline("a", TimeSpan.FromSeconds(6))], _list.Current());

        _clock.Advance(TimeSpan.FromSeconds(6) - TimeSpan.FromTicks(1));
        Assert.Equal([new WatchedPipeline("a", TimeSpan.FromTicks(1))], _list.Current());

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Empty(_list.Current());
    }

    [Fact]
    public void ThePipelineStaysForTheLastOfItsStreams()
    {
        _list.Add(["a", "b"]);
        _list.Add(["a"]);
        _list.Remove(["a", "b"]);
        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([new WatchedPipeline("a", null)], _list.Current());
    }

    [Fact]
    public void OnlyWhatNobodyWatchedAMomentAgoBegins()
    {
        _list.Add(["a", "b"]);
        _list.Add(["b", "c"]);

        Assert.Equal(["a", "b", "c"], _began);
    }

    [Fact]
    public void ALingeringPipelineBeginsAgainSoThatItIsNotDroppedFromUnderANewStream()
    {
        _list.Add(["a"]);
        _list.Remove(["a"]);
        _began.Clear();

        _list.Add(["a"]);

        Assert.Equal(["a"], _began);
        Assert.Equal([new WatchedPipeline("a", null)], _list.Current());
    }

    [Fact]
    public void WhoeverIsToldMayLookAtTheListAtOnce()
    {
        IReadOnlyList<WatchedPipeline> seen = [];
        _list.Watched += _ => seen = Task.Run(_list.Current).WaitAsync(TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();

        _list.Add(["a"]);

        Assert.Equal([new WatchedPipeline("a", null)], seen);
    }
}
