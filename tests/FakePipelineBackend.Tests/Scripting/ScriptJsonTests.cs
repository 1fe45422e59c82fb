using System.Text;
using PipelineAspire.FakePipelineBackend.Faults;
using PipelineAspire.FakePipelineBackend.Scripting;
using PipelineAspire.FakePipelineBackend.StrictJson;

namespace PipelineAspire.FakePipelineBackend.Tests.Scripting;

public class ScriptJsonTests
{
    [Fact]
    public async Task TheExampleOfTheContractIsAScript()
    {
        var script = await ReadAsync(
            """{"repeat":false,"steps":[{"atMs":0,"pipeline":"orders","status":"Running"},{"atMs":5000,"pipeline":"*","fault":{"statusCode":500,"errorRate":1}},{"atMs":9000,"pipeline":"*","fault":null}]}""");

        Assert.False(script.Repeat);
        Assert.Equal(
            [
                new StatusStep(TimeSpan.Zero, "orders", "Running"),
                new FaultStep(TimeSpan.FromSeconds(5), "*", new Fault { StatusCode = 500, ErrorRate = 1 }),
                new FaultStep(TimeSpan.FromSeconds(9), "*", null),
            ],
            script.Steps);
    }

    [Fact]
    public async Task AStatusMayBeNull()
    {
        var script = await ReadAsync("""{"steps":[{"atMs":0,"pipeline":"a","status":null}]}""");

        Assert.Equal(new StatusStep(TimeSpan.Zero, "a", null), script.Steps[0]);
    }

    [Theory]
    [InlineData("""{}""", "steps is missing.")]
    [InlineData("""{"steps":[]}""", "steps must be an array of 1 to 100000 objects.")]
    [InlineData("""{"steps":{}}""", "steps must be an array of 1 to 100000 objects.")]
    [InlineData("""{"steps":[1]}""", "steps[0] must be a JSON object.")]
    [InlineData("""{"repeat":1,"steps":[]}""", "repeat must be true or false.")]
    [InlineData("""{"loop":true,"steps":[]}""", "loop is not known; known are repeat, steps.")]
    [InlineData("""{"steps":[{"atMs":0,"pipeline":"a","status":"x"},{"pipeline":"a","status":"x"}]}""", "steps[1].atMs is missing.")]
    [InlineData("""{"steps":[{"atMs":-1,"pipeline":"a","status":"x"}]}""", "steps[0].atMs must be a whole number from 0 to 86400000.")]
    [InlineData("""{"steps":[{"atMs":0,"status":"x"}]}""", "steps[0].pipeline is missing.")]
    [InlineData(
        """{"steps":[{"atMs":0,"pipeline":"a b","status":"x"}]}""",
        "steps[0].pipeline is 'a b'; a pipeline id is 1 to 128 of A-Z a-z 0-9 . _ - (but not . or ..), or * for all.")]
    [InlineData("""{"steps":[{"atMs":0,"pipeline":"a","status":5}]}""", "steps[0].status must be a string or null.")]
    [InlineData("""{"steps":[{"atMs":0,"pipeline":"a"}]}""", "steps[0] must have either a status or a fault.")]
    [InlineData("""{"steps":[{"atMs":0,"pipeline":"a","status":"x","fault":null}]}""", "steps[0] must have either a status or a fault.")]
    [InlineData("""{"steps":[{"atMs":0,"pipeline":"a","fault":{"dropRate":2}}]}""", "steps[0].fault.dropRate must be a number from 0 to 1.")]
    [InlineData("""{"steps":[{"atMs":0,"pipeline":"a","fault":7}]}""", "steps[0].fault must be a JSON object.")]
    [InlineData("""{"repeat":true,"steps":[{"atMs":0,"pipeline":"a","status":"x"}]}""", "steps must not all be at 0 in a script that repeats.")]
    public async Task WhatIsWrongIsNamedWithItsStep(string json, string problem)
    {
        var exception = await Assert.ThrowsAsync<InvalidBodyException>(() => ReadAsync(json));

        Assert.Equal(problem, exception.Message);
    }

    private static async Task<Script> ReadAsync(string json)
    {
        using var body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return await ScriptJson.ReadAsync(body, CancellationToken.None);
    }
}
