using PipelineAspire.StatusStream.Client;
using PipelineAspire.Web.Demo;

namespace PipelineAspire.Web.Tests.Demo;

public sealed class ProofListenerTests
{
    private static readonly string[] Truth = ["active", "pausing", "paused", "active"];

    private readonly ProofListener _listener = new(["a"]);

    [Fact]
    public void WhoWasToldEverythingInItsTurnMissesNothing()
    {
        Batch("active");
        Update("pausing", "active");
        Update("paused", "pausing");
        Update("active", "paused");

        Assert.Equal(new Comparison(4, 0, 0), _listener.Compare(Truth));
    }

    [Fact]
    public void AStatusThatWasPassedOverIsMissing()
    {
        Batch("active");
        Update("paused", "active");

        Assert.Equal(new Comparison(2, 2, 0), _listener.Compare(Truth));
    }

    [Fact]
    public void ABatchOfANewConnectionMayRepeatWhatIsKnownOrTellWhatCameMeanwhile()
    {
        Batch("active");
        Update("pausing", "active");
        Lose();
        Batch("pausing");
        Lose();
        Batch("paused");
        Update("active", "paused");

        Assert.Equal(new Comparison(4, 0, 0), _listener.Compare(Truth));
        Assert.Equal(2, _listener.Reconnects);
    }

    [Fact]
    public void AStatusThatTheBackendNeverHadIsWrong()
    {
        Batch("active");
        Update("failed", "active");

        Assert.Equal(new Comparison(1, 3, 1), _listener.Compare(Truth));
    }

    [Fact]
    public void AStatusToldOutOfTurnIsWrong()
    {
        Batch("paused");
        Update("pausing", "paused");

        Assert.Equal(new Comparison(1, 3, 1), _listener.Compare(Truth));
    }

    [Fact]
    public void AnUpdateThatDoesNotFollowWhatThisConnectionWasToldIsWrong()
    {
        Batch("active");
        Update("paused", "pausing");

        Assert.Equal(new Comparison(2, 2, 1), _listener.Compare(Truth));
    }

    private void Batch(string status) => _listener.Hear(new BatchUpdate(DateTimeOffset.UnixEpoch, [new PipelineUpdate("a", status)]));

    private void Update(string status, string previous) => _listener.Hear(new StatusUpdate(DateTimeOffset.UnixEpoch, "a", status, previous));

    private void Lose() => _listener.Hear(new ConnectionLost("cut", 1, TimeSpan.Zero));
}
