using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.FakePipelineBackend.Faults;
using PipelineAspire.FakePipelineBackend.Pipelines;
using PipelineAspire.FakePipelineBackend.Scripting;

namespace PipelineAspire.FakePipelineBackend.Tests.Scripting;

public sealed class ScriptRunnerTests : IDisposable
{
    private static readonly Fault Outage = new() { ErrorRate = 1 };

    private readonly FakeTimeProvider _clock = new();
    private readonly FaultTable _faults = new(NullLogger<FaultTable>.Instance);
    private readonly PipelineRegistry _pipelines;
    private readonly ScriptRunner _runner;

    public ScriptRunnerTests()
    {
        _pipelines = new PipelineRegistry(_clock, Options.Create(new FakeBackendOptions()), NullLogger<PipelineRegistry>.Instance);
        _runner = new ScriptRunner(_pipelines, _faults, _clock, NullLogger<ScriptRunner>.Instance);
    }

    public void Dispose()
    {
        _runner.Dispose();
        _pipelines.Dispose();
    }

    [Fact]
    public void StepsAtZeroAreDoneAtOnceTheOthersAtTheirTime()
    {
        _runner.Start(new Script(repeat: false, [Set(0, "a", "Running"), Set(1000, "a", "Pausing"), Set(1500, "a", "Paused")]));

        Assert.Equal("Running", StatusOf("a"));
        AdvanceTo(999);
        Assert.Equal("Running", StatusOf("a"));
        AdvanceTo(1000);
        Assert.Equal("Pausing", StatusOf("a"));
        AdvanceTo(1500);
        Assert.Equal("Paused", StatusOf("a"));
        Assert.False(_runner.Progress().Running);
    }

    [Fact]
    public void AStepForAllConcernsThePipelinesThatExistByThen()
    {
        _pipelines.Set("old", "Running");
        _runner.Start(new Script(repeat: false, [Set(10, "*", "Failed")]));
        _pipelines.Set("new", "Running");
        AdvanceTo(10);
        _pipelines.Set("late", "Running");

        Assert.Equal(("Failed", "Failed", "Running"), (StatusOf("old"), StatusOf("new"), StatusOf("late")));
    }

    [Fact]
    public void FaultsComeAndGo()
    {
        _runner.Start(new Script(repeat: false, [Break(0, "*", Outage), Break(10, "a", new Fault()), Break(20, "a", null), Break(30, "*", null)]));

        Assert.Equal(Outage, _faults.For("a"));
        AdvanceTo(10);
        Assert.Equal((new Fault(), Outage), (_faults.For("a"), _faults.For("b")));
        AdvanceTo(20);
        Assert.Equal(Outage, _faults.For("a"));
        AdvanceTo(30);
        Assert.Null(_faults.For("a"));
    }

    [Fact]
    public void ARepeatedScriptGoesRoundWithoutDrift()
    {
        _runner.Start(new Script(repeat: true, [Set(0, "a", "Running"), Set(1000, "a", "Paused")]));
        for (var round = 0; round < 50; round++)
        {
            AdvanceTo(round * 2000);
            Assert.Equal("Running", StatusOf("a"));
            AdvanceTo((round * 2000) + 999);
            Assert.Equal("Running", StatusOf("a"));
            AdvanceTo((round * 2000) + 1000);
            Assert.Equal("Paused", StatusOf("a"));
            AdvanceTo((round * 2000) + 1999);
            Assert.Equal("Paused", StatusOf("a"));
        }

        Assert.Equal(51, _runner.Progress().Round);
    }

    [Fact]
    public void ANewScriptTakesThePlaceOfTheRunningOne()
    {
        _runner.Start(new Script(repeat: true, [Set(0, "a", "Running"), Set(1000, "a", "Paused")]));
        _runner.Start(new Script(repeat: false, [Set(1500, "b", "Running")]));
        AdvanceTo(1499);
        Assert.Equal("Running", StatusOf("a"));
        Assert.Null(StatusOf("b"));
        AdvanceTo(1500);
        Assert.Equal("Running", StatusOf("b"));
    }

    [Fact]
    public void AnEndedScriptDoesNothingMoreAndWhatItDidStays()
    {
        _runner.Start(new Script(repeat: false, [Set(0, "a", "Running"), Break(0, "*", Outage), Set(1000, "a", "Paused")]));
        _runner.End();
        AdvanceTo(5000);

        Assert.Equal("Running", StatusOf("a"));
        Assert.Equal(Outage, _faults.ForAll);
        Assert.False(_runner.Progress().Running);
    }

    [Fact]
    public void EndingNothingIsNoError()
    {
        _runner.End();

        Assert.Equal(new ScriptProgress(false), _runner.Progress());
    }

    [Fact]
    public void AProcessThatSleptThroughManyRoundsDoesOneOfThemAndGoesOn()
    {
        _runner.Start(new Script(repeat: true, [Set(0, "a", "Running"), Set(1000, "a", "Paused")]));
        AdvanceTo(36_000_500);

        Assert.True(_runner.Progress().Running);
        Assert.InRange(_runner.Progress().Round!.Value, 2, 18_002);
        var before = StatusOf("a");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(before, StatusOf("a"));
    }

    [Fact]
    public void ProgressTellsHowFarItIs()
    {
        _runner.Start(new Script(repeat: true, [Set(0, "a", "Running"), Set(1000, "a", "Paused"), Set(2000, "a", "Failed")]));
        AdvanceTo(1200);

        Assert.Equal(new ScriptProgress(true, Repeat: true, Round: 1, Steps: 3, NextStep: 2, ElapsedMs: 1200), _runner.Progress());
    }

    private static StatusStep Set(int atMs, string pipeline, string status) => new(TimeSpan.FromMilliseconds(atMs), pipeline, status);

    private static FaultStep Break(int atMs, string pipeline, Fault? fault) => new(TimeSpan.FromMilliseconds(atMs), pipeline, fault);

    private void AdvanceTo(int ms) => _clock.Advance(_clock.Start + TimeSpan.FromMilliseconds(ms) - _clock.GetUtcNow());

    private string? StatusOf(string id) => _pipelines.Find(id)?.Status;
}
