using System.Text;
using PipelineAspire.FakePipelineBackend.Faults;
using PipelineAspire.FakePipelineBackend.StrictJson;

namespace PipelineAspire.FakePipelineBackend.Tests.Faults;

public class FaultJsonTests
{
    [Fact]
    public async Task EveryFieldIsRead()
    {
        var fault = await ReadAsync(
            """{"latencyMs":1,"jitterMs":2,"errorRate":0.25,"statusCode":503,"malformedRate":0.1,"dropRate":0.2,"hangRate":0.3,"retryAfterSeconds":7}""");

        Assert.Equal(
            new Fault
            {
                LatencyMs = 1,
                JitterMs = 2,
                ErrorRate = 0.25,
                StatusCode = 503,
                MalformedRate = 0.1,
                DropRate = 0.2,
                HangRate = 0.3,
                RetryAfterSeconds = 7,
            },
            fault);
    }

    [Theory]
    [InlineData("""{"statusCode":429}""", 1, 429)]
    [InlineData("""{"retryAfterSeconds":5}""", 1, 500)]
    [InlineData("""{"statusCode":429,"errorRate":0}""", 0, 429)]
    [InlineData("""{"errorRate":0.5}""", 0.5, 500)]
    [InlineData("""{"latencyMs":5}""", 0, 500)]
    public async Task AnErrorNamedWithoutARateMeansEveryAnswer(string json, double errorRate, int statusCode)
    {
        var fault = await ReadAsync(json);

        Assert.Equal((errorRate, statusCode), (fault.ErrorRate, fault.StatusCode));
    }

    [Theory]
    [InlineData("""{"errorRate":1.01}""", "errorRate must be a number from 0 to 1.")]
    [InlineData("""{"dropRate":-0.1}""", "dropRate must be a number from 0 to 1.")]
    [InlineData("""{"hangRate":"1"}""", "hangRate must be a number from 0 to 1.")]
    [InlineData("""{"malformedRate":1e999}""", "malformedRate must be a number from 0 to 1.")]
    [InlineData("""{"latencyMs":-1}""", "latencyMs must be a whole number from 0 to 600000.")]
    [InlineData("""{"jitterMs":1.5}""", "jitterMs must be a whole number from 0 to 600000.")]
    [InlineData("""{"statusCode":99}""", "statusCode must be a whole number from 200 to 599.")]
    [InlineData("""{"retryAfterSeconds":null}""", "retryAfterSeconds must be a whole number from 0 to 86400.")]
    [InlineData(
        """{"errorrate":1}""",
        "errorrate is not known; known are latencyMs, jitterMs, errorRate, statusCode, malformedRate, dropRate, hangRate, retryAfterSeconds.")]
    [InlineData("[]", "The body must be a JSON object.")]
    public async Task WhatIsWrongIsNamed(string json, string problem)
    {
        var exception = await Assert.ThrowsAsync<InvalidBodyException>(() => ReadAsync(json));

        Assert.Equal(problem, exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"dropRate":1,"dropRate":0}""")]
    [InlineData("""{"dropRate":1} x""")]
    public async Task WhatIsNotJsonIsRefusedAsSuch(string json)
    {
        var exception = await Assert.ThrowsAsync<InvalidBodyException>(() => ReadAsync(json));

        Assert.StartsWith("The body is not valid JSON: ", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<Fault> ReadAsync(string json)
    {
        using var body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return await JsonFields.ReadAsync(body, FaultJson.Known, FaultJson.Read, CancellationToken.None);
    }
}
