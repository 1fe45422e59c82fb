namespace PipelineAspire.Web.Demo;

/// <summary>A script for the fake backend in which every pipeline pauses, or fails, and comes back, one after the other.</summary>
internal static class Scenario
{
    private const int StepMs = 1500;
    private static readonly string[] Pause = ["Pausing", "Paused", "Resuming", "Running"];
    private static readonly string[] Failure = ["Failed", "Deploying", "Running"];

    public static object Of(IReadOnlyList<string> pipelines)
    {
        var steps = new List<object>();
        for (var i = 0; i < pipelines.Count; i++)
        {
            var values = i % 3 == 2 ? Failure : Pause;
            for (var step = 0; step < values.Length; step++) steps.Add(new { atMs = (i + (2 * step)) * StepMs, pipeline = pipelines[i], status = values[step] });
        }

        return new { repeat = true, steps };
    }
}
