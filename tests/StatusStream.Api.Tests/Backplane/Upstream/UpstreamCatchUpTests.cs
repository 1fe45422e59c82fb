using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>Nobody is told something older than it has seen at another hub.</summary>
public sealed class UpstreamCatchUpTests : IDisposable
{
    private const ulong Other = 0x1111222233334444;

    private readonly UpstreamRig _rig = new();

    public UpstreamCatchUpTests() => _rig.Begin("a=active");

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void WhatHasBeenToldHereNeedsNoQuestion()
    {
        Assert.True(CatchUp(Records.Epoch, 1).IsCompletedSuccessfully);
        Assert.Empty(_rig.Stream.Changes);
    }

    [Fact]
    public async Task WhatIsAheadIsAskedForAndTheAcknowledgementIsTheAnswer()
    {
        var caughtUp = CatchUp(Other, 7);
        _rig.PassMoment();
        Assert.Equal(new StatusVersion(Other, 7).ToString(), _rig.Stream.Changes.Single().LastEventId);
        Assert.False(caughtUp.IsCompleted);

        _rig.Say(Said.Batch(3, "", revision: 1));

        Assert.True(await caughtUp.Soon());
        Assert.True(await CatchUp(Other, 7).Soon());
    }

    /// <summary>The stream may be faster than the answer to the request.</summary>
    [Fact]
    public async Task TheAcknowledgementMayComeBeforeTheAnswer()
    {
        _rig.Stream.Answers = _ =>
        {
            _rig.Stream.Say(Said.Batch(3, "", revision: 1));
            _rig.Do(static () => { });
            return new UpstreamAnswer(UpstreamOutcome.Accepted);
        };

        var caughtUp = CatchUp(Other, 7);
        _rig.PassMoment();

        Assert.True(caughtUp.IsCompleted);
        Assert.True(await caughtUp.Soon());
    }

    [Fact]
    public async Task OfAHubThatMayBeBehindItselfNobodyWaitsForAnotherAnswer()
    {
        var caughtUp = CatchUp(Other, 7);
        _rig.PassMoment();

        _rig.Say(Said.Batch(3, "", revision: 1, behind: true));

        Assert.False(await caughtUp.Soon());
        _rig.PassMoment();
        Assert.Single(_rig.Stream.Changes);
    }

    [Fact]
    public async Task AnAnswerSaysNothingOfWhatComesLaterInThatEpoch()
    {
        var caughtUp = CatchUp(Other, 7);
        _rig.PassMoment();
        _rig.Say(Said.Batch(3, "", revision: 1));
        Assert.True(await caughtUp.Soon());

        Assert.True(await CatchUp(Other, 6).Soon());
        Assert.False(CatchUp(Other, 8).IsCompleted);
    }

    [Fact]
    public async Task ThoseWhoAskMeanwhileShareTheNextQuestion()
    {
        var first = CatchUp(Records.Epoch, 7);
        _rig.PassMoment();
        var (second, third) = (CatchUp(Records.Epoch, 8), CatchUp(Records.Epoch, 9));
        _rig.PassMoment();
        Assert.Single(_rig.Stream.Changes);

        _rig.Say(Said.Batch(7, "", revision: 1));
        Assert.True(await first.Soon());
        Assert.False(second.IsCompleted);
        _rig.PassMoment();
        Assert.Equal(new StatusVersion(Records.Epoch, 9).ToString(), _rig.Stream.Changes[1].LastEventId);
        _rig.Say(Said.Batch(9, "", revision: 2));

        Assert.True(await second.Soon());
        Assert.True(await third.Soon());
    }

    [Fact]
    public async Task SeveralEpochsAreAskedForOneAfterTheOther()
    {
        var (one, other) = (CatchUp(Other, 7), CatchUp(Other + 1, 3));
        _rig.PassMoment();
        _rig.Say(Said.Batch(3, "", revision: 1));
        _rig.PassMoment();
        _rig.Say(Said.Batch(3, "", revision: 2));

        Assert.True(await one.Soon());
        Assert.True(await other.Soon());
        Assert.Equal(
            [new StatusVersion(Other, 7).ToString(), new StatusVersion(Other + 1, 3).ToString()], _rig.Stream.Changes.Select(change => change.LastEventId));
    }

    [Fact]
    public async Task WhenTheStreamIsLostTheNextOneIsAsked()
    {
        var caughtUp = CatchUp(Other, 7);
        _rig.PassMoment();
        _rig.Say((UpstreamEvent?)null);
        _rig.PassMoment();
        _rig.Say(Said.Batch(3, "", partial: true), Said.Stream());
        _rig.PassMoment();
        Assert.Equal(new StatusVersion(Other, 7).ToString(), _rig.Stream.Changes.Single().LastEventId);

        _rig.Say(Said.Batch(3, "", revision: 1));

        Assert.True(await caughtUp.Soon());
    }

    [Fact]
    public async Task AnEventThatReachesItIsAnAnswerToo()
    {
        var caughtUp = CatchUp(Records.Epoch, 7);
        _rig.Say(Said.Update(7, "a", "paused"));

        Assert.True(await caughtUp.Soon());
    }

    [Fact]
    public async Task NobodyWaitsLongerThanForOneRead()
    {
        var caughtUp = CatchUp(Other, 7);
        _rig.Pass(UpstreamRig.Cadence.RequestTimeout);

        Assert.True(caughtUp.IsCompleted);
        Assert.False(await caughtUp.Soon());
    }

    private Task<bool> CatchUp(ulong epoch, long sequence)
    {
        Task<bool>? caughtUp = null;
        _rig.Do(() => caughtUp = _rig.Backplane.CatchUpAsync(new StatusVersion(epoch, sequence), CancellationToken.None).AsTask());
        return caughtUp!;
    }
}
