using PipelineAspire.FakePipelineBackend.Counting;

namespace PipelineAspire.FakePipelineBackend.Tests.Counting;

public class ReadCounterTests
{
    private readonly ReadCounter _counter = new();

    [Fact]
    public void ReadsAreCountedByPipelineAndByCaller()
    {
        _counter.Count("a", "replica-1");
        _counter.Count("a", "replica-2");
        _counter.Count("b", null);
        _counter.Count("b", " ");

        var stats = _counter.Read();
        Assert.Equal(4, stats.Total);
        Assert.Equal([("a", 2L), ("b", 2L)], stats.Pipelines.Select(count => (count.Key, count.Value)));
        Assert.Equal([("replica-1", 1L), ("replica-2", 1L), ("unknown", 2L)], stats.Callers.Select(count => (count.Key, count.Value)));
    }

    [Fact]
    public void RequestsAreCountedByKindAndAreNotReads()
    {
        _counter.CountRequest(ReadRequest.Health);
        _counter.CountRequest(ReadRequest.Batch);
        _counter.CountRequest(ReadRequest.Batch);
        _counter.CountRequest(ReadRequest.List);
        _counter.CountNotModified();

        var stats = _counter.Read();
        Assert.Equal((4L, 2L, 1L, 1L), (stats.Requests, stats.Batches, stats.Lists, stats.NotModified));
        Assert.Equal(0, stats.Total);
    }

    [Fact]
    public void AfterAResetCountingBeginsAnew()
    {
        _counter.Count("a", "x");
        _counter.CountRequest(ReadRequest.Batch);
        _counter.CountNotModified();
        _counter.Reset();
        _counter.Count("b", "y");

        var stats = _counter.Read();
        Assert.Equal(1, stats.Total);
        Assert.Equal(["b"], stats.Pipelines.Keys);
        Assert.Equal(["y"], stats.Callers.Keys);
        Assert.Equal((0L, 0L, 0L, 0L), (stats.Requests, stats.Batches, stats.Lists, stats.NotModified));
    }

    [Fact]
    public async Task NoReadIsLostWhenManyAreCountedAtOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++) _counter.Count("a", "x");
        }))).WaitAsync(Hosting.RunningBackend.Patience);

        Assert.Equal(40_000, _counter.Read().Total);
        Assert.Equal(40_000, _counter.Read().Callers["x"]);
    }
}
