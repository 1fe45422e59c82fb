using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

public class StatusCacheTests
{
    private readonly StatusCache _cache = new();

    [Fact]
    public void OnlyAnotherStatusOrConditionIsTellable()
    {
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Fine("p", PipelineStatus.Active, 1), At(1)));
        Assert.Equal(CacheEffect.Unchanged, _cache.Apply(Records.Fine("p", PipelineStatus.Active, 2), At(2)));
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Fine("p", PipelineStatus.Paused, 3), At(3)));
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Failing("p", PipelineCondition.Timeout, 4, PipelineStatus.Paused), At(4)));
        Assert.Equal(CacheEffect.Unchanged, _cache.Apply(Records.Failing("p", PipelineCondition.Error, 5, PipelineStatus.Paused), At(5)));
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Failing("p", PipelineCondition.NotFound, 6, PipelineStatus.Paused), At(6)));
        Assert.Equal(CacheEffect.Changed, _cache.Apply(Records.Fine("p", PipelineStatus.Paused, 7), At(7)));
        Assert.Equal(new StatusVersion(Records.Epoch, 7), _cache.Version);
    }

    [Fact]
    public void AGoodReadVouchesForItsStatusAndAFailedOneDoesNot()
    {
        _cache.Apply(Records.Fine("p", PipelineStatus.Active, 1), At(10));
        Assert.NotNull(_cache.FindFresh("p", since: At(10)));
        Assert.Null(_cache.FindFresh("p", since: At(11)));

        _cache.Confirm("p", At(20));
        Assert.NotNull(_cache.FindFresh("p", since: At(20)));

        _cache.Apply(Records.Failing("p", PipelineCondition.Timeout, 2, PipelineStatus.Active), At(30));
        _cache.Confirm("p", At(40));
        Assert.NotNull(_cache.FindFresh("p", since: At(20)));
        Assert.Null(_cache.FindFresh("p", since: At(21)));
    }

    [Fact]
    public void ThatThereIsNoSuchPipelineIsVouchedForToo()
    {
        _cache.Apply(Records.Failing("p", PipelineCondition.NotFound, 1), At(10));

        Assert.Equal(PipelineCondition.NotFound, _cache.FindFresh("p", since: At(10))?.Condition);
    }

    [Fact]
    public void WhatNeverWasReadWellIsNeverVouchedFor()
    {
        _cache.Apply(Records.Failing("p", PipelineCondition.Error, 1), At(10));

        Assert.Null(_cache.FindFresh("p", since: At(-1000)));
        Assert.NotNull(_cache.Find("p"));
    }

    [Fact]
    public void TheOldestReadIsThatOfThePipelineThatWaitedLongest()
    {
        Assert.Null(_cache.OldestRead());
        _cache.Apply(Records.Fine("a", PipelineStatus.Active, 1), At(10));
        _cache.Apply(Records.Fine("b", PipelineStatus.Active, 2), At(20));
        _cache.Confirm("a", At(30));

        Assert.Equal(At(20), _cache.OldestRead());
    }

    [Fact]
    public void AForgottenPipelineLeavesNothingBehind()
    {
        _cache.Apply(Records.Fine("p", PipelineStatus.Active, 1), At(10));
        _cache.Remove("p");
        _cache.Confirm("p", At(20));

        Assert.Empty(_cache.PipelineIds);
        Assert.Null(_cache.Find("p"));
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}
