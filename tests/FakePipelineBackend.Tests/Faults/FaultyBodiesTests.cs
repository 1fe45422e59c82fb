using System.Text.Json;
using PipelineAspire.FakePipelineBackend.Faults;

namespace PipelineAspire.FakePipelineBackend.Tests.Faults;

public class FaultyBodiesTests
{
    private static readonly ReadOnlyMemory<byte> Good = """{"pipeline_id":"a","overall_status":"Running"}"""u8.ToArray();

    [Theory]
    [InlineData(FaultyBodyKind.Truncated)]
    [InlineData(FaultyBodyKind.Broken)]
    [InlineData(FaultyBodyKind.CutOff)]
    [InlineData(FaultyBodyKind.Html)]
    public void IsNotJson(FaultyBodyKind kind) =>
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(FaultyBodies.Make(kind, Good)));

    [Fact]
    public void TheWrongTypeIsJsonButNoObject()
    {
        using var body = JsonDocument.Parse(FaultyBodies.Make(FaultyBodyKind.WrongType, Good));

        Assert.Equal(JsonValueKind.Array, body.RootElement.ValueKind);
    }

    [Fact]
    public void TheLargeOneIsValidButOver64KiBAndDoesNotTellTheStatus()
    {
        var bytes = FaultyBodies.Make(FaultyBodyKind.TooLarge, Good);
        using var body = JsonDocument.Parse(bytes);

        Assert.True(bytes.Length > 64 * 1024);
        Assert.Equal("Oversized", body.RootElement.GetProperty("overall_status").GetString());
    }

    [Fact]
    public void EveryWorthlessItemIsJsonThatNamesNoPipeline()
    {
        foreach (var item in FaultyBodies.Items)
        {
            using var json = JsonDocument.Parse(item.Bytes);

            Assert.False(
                json.RootElement.ValueKind == JsonValueKind.Object &&
                json.RootElement.TryGetProperty("pipeline_id", out var id) &&
                id.ValueKind == JsonValueKind.String);
        }
    }
}
