using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public sealed class PipelineRegistryTests : IDisposable
{
    private static readonly TimeSpan Transition = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero));
    private readonly PipelineRegistry _pipelines;

    public PipelineRegistryTests() => _pipelines = new PipelineRegistry(
        _clock,
        Options.Create(new FakeBackendOptions { TransitionDuration = Transition }),
        NullLogger<PipelineRegistry>.Instance);

    public void Dispose() => _pipelines.Dispose();

    [Fact]
    public void TheBodyHasTheFiveFieldsOfTheContract()
    {
        _pipelines.Set("orders-to-warehouse", "Running");
        _clock.Advance(TimeSpan.FromSeconds(1));
        _pipelines.Set("orders-to-warehouse", "Paused");

        using var body = JsonDocument.Parse(_pipelines.Find("orders-to-warehouse")!.Body.Bytes);
        Assert.Equal(
            """{"pipeline_id":"orders-to-warehouse","pipeline_name":"Orders to warehouse","overall_status":"Paused","created_at":"2026-03-01T12:00:00.123Z","updated_at":"2026-03-01T12:00:01.123Z"}""",
            body.RootElement.GetRawText());
    }

    [Fact]
    public void ATransitionalStateLastsAsLongAsConfigured()
    {
        _pipelines.Set("a", "Running");

        Assert.Equal(new ChangeResult(ChangeOutcome.Done, "Running"), _pipelines.Begin("a", PipelineMove.Stop));
        Assert.Equal("Stopping", StatusOf("a"));
        _clock.Advance(Transition - Instant);
        Assert.Equal("Stopping", StatusOf("a"));
        _clock.Advance(Instant);
        Assert.Equal("Stopped", StatusOf("a"));
    }

    [Fact]
    public void AMoveIsRefusedWhileAnotherIsUnderWay()
    {
        _pipelines.Set("a", "Running");
        _pipelines.Begin("a", PipelineMove.Pause);

        Assert.Equal(new ChangeResult(ChangeOutcome.NotAllowed, "Pausing"), _pipelines.Begin("a", PipelineMove.Resume));
        _clock.Advance(Transition);
        Assert.Equal("Paused", StatusOf("a"));
    }

    [Fact]
    public void SettingTheStateCancelsATransitionUnderWay()
    {
        _pipelines.Set("a", "Running");
        _pipelines.Begin("a", PipelineMove.Stop);
        _pipelines.Set("a", "Failed");
        _clock.Advance(Transition);

        Assert.Equal("Failed", StatusOf("a"));
    }

    [Fact]
    public void SettingTheTransitionalStateItselfCancelsTheTransitionToo()
    {
        _pipelines.Set("a", "Running");
        _pipelines.Begin("a", PipelineMove.Stop);
        _pipelines.Set("a", "Stopping");
        _clock.Advance(Transition);

        Assert.Equal("Stopping", StatusOf("a"));
    }

    [Fact]
    public void ACancelledTransitionDoesNotEndALaterOne()
    {
        _pipelines.Set("a", "Running");
        _pipelines.Begin("a", PipelineMove.Stop);
        _clock.Advance(Transition / 2);
        _pipelines.Set("a", "Running");
        _pipelines.Begin("a", PipelineMove.Stop);
        _clock.Advance(Transition - Instant);

        Assert.Equal("Stopping", StatusOf("a"));
    }

    [Fact]
    public void ADeletedPipelineIsGoneAndStaysGone()
    {
        _pipelines.Set("a", "Stopped");

        Assert.Equal(ChangeOutcome.Done, _pipelines.Delete("a").Outcome);
        _clock.Advance(Transition);
        Assert.Null(_pipelines.Find("a"));
        Assert.Equal(ChangeOutcome.NotFound, _pipelines.Delete("a").Outcome);
        Assert.Equal(ChangeOutcome.NotFound, _pipelines.Begin("a", PipelineMove.Stop).Outcome);
    }

    [Fact]
    public void ARunningPipelineCannotBeDeleted()
    {
        _pipelines.Set("a", "Running");

        Assert.Equal(new ChangeResult(ChangeOutcome.NotAllowed, "Running"), _pipelines.Delete("a"));
        Assert.NotNull(_pipelines.Find("a"));
    }

    [Fact]
    public void SettingTheSameStatusAgainIsNoUpdate()
    {
        _pipelines.Set("a", "Running");
        var before = _pipelines.Find("a")!.UpdatedAt;
        _clock.Advance(TimeSpan.FromMinutes(1));
        _pipelines.Set("a", "Running");

        Assert.Equal(before, _pipelines.Find("a")!.UpdatedAt);
    }

    [Fact]
    public void ANameGivenOnceIsKept()
    {
        _pipelines.Set("a", "Running", "Orders, all of them");
        _pipelines.Set("a", "Paused");

        Assert.Equal("Orders, all of them", _pipelines.Find("a")!.Name);
    }

    [Fact]
    public void SettingAllChangesThePipelinesThereAreAndMakesNone()
    {
        _pipelines.Set("b", "Running");
        _pipelines.Set("a", null);
        _pipelines.SetAll("Paused");

        Assert.Equal([("a", "Paused"), ("b", "Paused")], _pipelines.All().Select(pipeline => (pipeline.Id, pipeline.Status)));
    }

    [Fact]
    public async Task NoTransitionIsLostWhenManyMoveAndSetAtOnce()
    {
        string[] ids = ["a", "b", "c"];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            var moves = Enum.GetValues<PipelineMove>();
            for (var i = 0; i < 2000; i++)
            {
                var id = ids[random.Next(ids.Length)];
                if (random.Next(3) == 0) _pipelines.Set(id, "Running");
                else _pipelines.Begin(id, moves[random.Next(moves.Length)]);
                if (random.Next(10) == 0) _clock.Advance(Transition / 2);
                if (random.Next(10) == 0) _pipelines.Delete(id);
            }
        }))).WaitAsync(Hosting.RunningBackend.Patience);
        _clock.Advance(Transition);

        Assert.All(_pipelines.All(), pipeline => Assert.Contains(pipeline.Status, (string[])["Running", "Stopped", "Paused"]));
    }

    private string? StatusOf(string id) => _pipelines.Find(id)?.Status;
}
