using PipelineAspire.FakePipelineBackend.Scripting;

namespace PipelineAspire.FakePipelineBackend.Tests.Scripting;

public class DemoScriptTests
{
    /// <summary>Every step from one state to another that the demo may show.</summary>
    private static readonly HashSet<(string From, string To)> Believable =
    [
        ("Running", "Pausing"), ("Pausing", "Paused"), ("Paused", "Resuming"), ("Resuming", "Running"),
        ("Running", "Stopping"), ("Stopping", "Stopped"), ("Stopped", "Resuming"),
        ("Running", "Terminating"), ("Terminating", "Stopped"),
        ("Running", "Failed"), ("Failed", "Deploying"), ("Deploying", "Running"),
    ];

    [Fact]
    public async Task ADozenPipelinesLiveAndEveryStepIsBelievable()
    {
        var (script, steps) = await ReadAsync();
        var histories = steps.GroupBy(step => step.Pipeline, step => step.Status!).ToList();

        Assert.True(script.Repeat);
        Assert.Equal(12, histories.Count);
        Assert.All(histories, history => Assert.Equal(TimeSpan.Zero, steps.First(step => step.Pipeline == history.Key).At));
        Assert.All(histories.SelectMany(history => history.Zip(history.Skip(1))), step => Assert.Contains(step, Believable));
        Assert.Contains(histories, history => history.Contains("Failed"));
    }

    [Fact]
    public async Task ARoundEndsAsItBegan()
    {
        var (_, steps) = await ReadAsync();

        Assert.All(steps.GroupBy(step => step.Pipeline), history => Assert.Equal(history.First().Status, history.Last().Status));
    }

    [Fact]
    public async Task SomethingChangesEveryFewSeconds()
    {
        var (script, steps) = await ReadAsync();
        var times = steps.Select(step => step.At).Append(script.Period).Distinct().ToList();

        // The first step of a round changes nothing when the round before it is over: two gaps count as one there.
        Assert.All(times.Zip(times.Skip(1)), gap => Assert.InRange(gap.Second - gap.First, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)));
    }

    [Fact]
    public async Task MostPipelinesAreRunningAtAnyTime()
    {
        var (_, steps) = await ReadAsync();
        var now = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var moment in steps.GroupBy(step => step.At))
        {
            foreach (var step in moment) now[step.Pipeline] = step.Status;
            Assert.True(now.Values.Count(status => status == "Running") >= 8, $"at {moment.Key}");
        }
    }

    private static async Task<(Script Script, List<StatusStep> Steps)> ReadAsync()
    {
        var script = await DemoScript.ReadAsync(CancellationToken.None);
        return (script, script.Steps.Cast<StatusStep>().ToList());
    }
}
