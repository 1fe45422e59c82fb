using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

public class StatusCacheTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly StatusCache _cache = new();

    [Fact]
    public void OnlyAnotherStatusOrConditionIsTellable()
    {
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Fine("p", PipelineStatus.Active, 1), At(1), Interval));
        Assert.Equal(CacheEffect.Unchanged, _cache.Apply(Records.Fine("p", PipelineStatus.Active, 2), At(2), Interval));
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Fine("p", PipelineStatus.Paused, 3), At(3), Interval));
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Failing("p", PipelineCondition.Timeout, 4, PipelineStatus.Paused), At(4), Interval));
        Assert.Equal(CacheEffect.Unchanged, _cache.Apply(Records.Failing("p", PipelineCondition.Error, 5, PipelineStatus.Paused), At(5), Interval));
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Failing("p", PipelineCondition.NotFound, 6, PipelineStatus.Paused), At(6), Interval));
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Fine("p", PipelineStatus.Paused, 7), At(7), Interval));
        Assert.Equal(new StatusVersion(Records.Epoch, 7), _cache.Version);
    }

    [Fact]
    public void AGoodReadVouchesForItsStatusAndAFailedOneDoesNot()
    {
        _cache.Apply(Records.Fine("p", PipelineStatus.Active, 1), At(10), Interval);
        Assert.Equal(At(10), _cache.FindRead("p")?.GoodReadAt);

        _cache.Confirm("p", At(20), Interval);
        Assert.Equal(At(20), _cache.FindRead("p")?.GoodReadAt);

        _cache.Apply(Records.Failing("p", PipelineCondition.Timeout, 2, PipelineStatus.Active), At(30), Interval);
        _cache.Confirm("p", At(40), Interval);
        Assert.Equal(At(20), _cache.FindRead("p")?.GoodReadAt);
    }

    [Fact]
    public void ThatThereIsNoSuchPipelineIsVouchedForToo()
    {
        _cache.Apply(Records.Failing("p", PipelineCondition.NotFound, 1), At(10), Interval);

        Assert.Equal(At(10), _cache.FindRead("p")?.GoodReadAt);
    }

    [Fact]
    public void WhatNeverWasReadWellIsNeverVouchedFor()
    {
        _cache.Apply(Records.Failing("p", PipelineCondition.Error, 1), At(10), Interval);

        Assert.Equal(TimeSpan.MinValue, _cache.FindRead("p")?.GoodReadAt);
        Assert.NotNull(_cache.Find("p"));
    }

    [Fact]
    public void TheOldestReadIsThatOfThePipelineThatWaitedLongest()
    {
        Assert.Null(_cache.OldestRead());
        _cache.Apply(Records.Fine("a", PipelineStatus.Active, 1), At(10), Interval);
        _cache.Apply(Records.Fine("b", PipelineStatus.Active, 2), At(20), Interval);
        _cache.Confirm("a", At(30), Interval);

        Assert.Equal(At(20), _cache.OldestRead());
    }

    [Fact]
    public void AForgottenPipelineLeavesNothingBehind()
    {
        _cache.Apply(Records.Fine("p", PipelineStatus.Active, 1), At(10), Interval);
        _cache.Remove("p");
        _cache.Confirm("p", At(20), Interval);

        Assert.Empty(_cache.PipelineIds);
        Assert.Null(_cache.Find("p"));
    }

    [Fact]
    public void TheIntervalIsThatOfTheLastRead()
    {
        _cache.Apply(Records.Fine("p", PipelineStatus.Active, 1), At(10), At(2));
        _cache.Confirm("p", At(20), At(4));
        _cache.Confirm("p", At(15), At(2)); // arrived late

        Assert.Equal(At(4), _cache.FindRead("p")?.Interval);
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}
