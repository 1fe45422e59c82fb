namespace PipelineAspire.Processes.Tests;

/// <summary>What was started by a test run is gone with it, whatever ends it: the next one finds its ports and cores free.</summary>
public sealed class ProcessReaperTests : IAsyncLifetime
{
    private const string Sleeps = "echo ready $$; exec sleep 600";
    private const string IgnoresSignals = "trap '' HUP INT TERM; echo ready $$; exec sleep 600";
    private const string StandsStill = "echo ready $$; kill -s STOP $$";
    private const string LeadsAGroup = "exec setsid sh -c 'sleep 600 & echo ready $$ $!; wait'";

    private ChildProcess? _starter;
    private IReadOnlyList<int> _children = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var child in _children.Where(ProcessState.IsThere)) ChildProcess.Signal("KILL", child);
        if (_starter is not null) await _starter.DisposeAsync();
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task ChildrenEndWithTheProcessThatStartedThem(string signal)
    {
        (_starter, _children) = await Starter.RunAsync(Sleeps, IgnoresSignals, StandsStill);
        Assert.All(_children, child => Assert.True(ProcessState.IsThere(child)));

        _starter.Signal(signal);

        await AreGoneAsync(_children);
    }

    [Fact]
    public async Task SoDoesTheGroupThatAChildLeads()
    {
        (_starter, _children) = await Starter.RunAsync(LeadsAGroup);
        Assert.Equal(2, _children.Count(ProcessState.IsThere));

        _starter.Signal("KILL");

        await AreGoneAsync(_children);
    }

    [Fact]
    public async Task AChildThatWasLetGoIsLeftAlone()
    {
        (_starter, _children) = await Starter.RunAsync(Starter.LetGo + Sleeps, Sleeps);

        _starter.Signal("KILL");

        // The first would have been killed before the second.
        await AreGoneAsync(_children[1]);
        Assert.True(ProcessState.IsThere(_children[0]));
    }

    private static async Task AreGoneAsync(params IReadOnlyList<int> processes) =>
        await Bounded.UntilAsync("the children are gone", () => Task.FromResult(!processes.Any(ProcessState.IsThere)));
}
