using PipelineAspire.FakePipelineBackend.Scripting;

namespace PipelineAspire.FakePipelineBackend.Tests.Scripting;

public class ScriptTests
{
    [Fact]
    public void StepsAreOrderedByTimeAndOtherwiseLeftAsGiven()
    {
        var script = new Script(repeat: false, [Step(5, "c"), Step(0, "a"), Step(5, "d"), Step(0, "b")]);

        Assert.Equal(["a", "b", "c", "d"], script.Steps.Select(step => step.Pipeline));
    }

    [Theory]
    [InlineData(new[] { 0, 1000 }, 2000)]
    [InlineData(new[] { 0, 5000, 9000 }, 13000)]
    [InlineData(new[] { 0, 5000, 9000, 9000 }, 13000)]
    [InlineData(new[] { 700 }, 1400)]
    public void TheLastStateOfARoundLastsAsLongAsTheOneBeforeIt(int[] times, int periodMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(periodMs), new Script(repeat: true, times.Select(time => Step(time, "a"))).Period);

    private static StatusStep Step(int atMs, string pipeline) => new(TimeSpan.FromMilliseconds(atMs), pipeline, "Running");
}
