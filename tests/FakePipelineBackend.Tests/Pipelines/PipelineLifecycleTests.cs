using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public class PipelineLifecycleTests
{
    private static readonly string?[] Statuses =
        ["Running", "Stopping", "Stopped", "Terminating", "Resuming", "Pausing", "Paused", "Failed", "Created", "Deploying", "", "anything", null];

    [Fact]
    public void TheTransitionsAreThoseOfTheContractAndNoOthers()
    {
        var transitions =
            from status in Statuses
            from move in Enum.GetValues<PipelineMove>()
            let transition = PipelineLifecycle.Find(status, move)
            where transition is not null
            orderby transition.From, move
            select $"{move}: {transition.From} -> {transition.Through} -> {transition.To}";

        Assert.Equal(
            [
                "Resume: Paused -> Resuming -> Running",
                "Stop: Running -> Stopping -> Stopped",
                "Pause: Running -> Pausing -> Paused",
                "Terminate: Running -> Terminating -> Stopped",
                "Resume: Stopped -> Resuming -> Running",
            ],
            transitions);
    }

    [Fact]
    public void OnlyAStoppedPipelineMayBeDeleted() =>
        Assert.Equal(["Stopped"], Statuses.Where(PipelineLifecycle.MayBeDeleted));

    [Fact]
    public void TheCaseOfAStatusDoesNotMatter() =>
        Assert.Equal("Stopping", PipelineLifecycle.Find("running", PipelineMove.Stop)?.Through);

    [Fact]
    public void ItTellsWhereAMoveIsAllowed() =>
        Assert.Equal(["Stopped", "Paused"], PipelineLifecycle.StatesThatAllow(PipelineMove.Resume));
}
