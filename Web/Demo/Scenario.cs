namespace PipelineAspire.Web.Demo;

/// <summary>Scripts for the fake backend.</summary>
internal static class Scenario
{
    private const int StepMs = 1500;
    private const int StormChanges = 100;
    private const int StormStepMs = 100;
    private static readonly string[] Pause = ["Pausing", "Paused", "Resuming", "Running"];
    private static readonly string[] Failure = ["Failed", "Deploying", "Running"];
    private static readonly string[] Anything = ["Running", "Pausing", "Paused", "Resuming", "Failed", "Deploying", "Stopping", "Stopped"];

    /// <summary>Every pipeline pauses, or fails, and comes back, one after the other, for ever.</summary>
    public static object Endless(IReadOnlyList<string> pipelines)
    {
        var steps = new List<object>();
        for (var i = 0; i < pipelines.Count; i++)
        {
            var values = i % 3 == 2 ? Failure : Pause;
            for (var step = 0; step < values.Length; step++)
            {
                steps.Add(new { atMs = (i + (2 * step)) * StepMs, pipeline = pipelines[i], status = values[step] });
            }
        }

        return new { repeat = true, steps };
    }

    /// <summary>Ten seconds in which pipelines change faster than anybody can read; in the end all of them run.</summary>
    public static object Storm(IReadOnlyList<string> pipelines) => new
    {
        repeat = false,
        steps = Enumerable.Range(0, StormChanges)
            .Select(change => new
            {
                atMs = change * StormStepMs,
                pipeline = pipelines[Random.Shared.Next(pipelines.Count)],
                status = Anything[Random.Shared.Next(Anything.Length)],
            })
            .Append(new { atMs = StormChanges * StormStepMs, pipeline = "*", status = "Running" }),
    };
}
