using System.Text.Json;
using PipelineAspire.Web.Demo;

namespace PipelineAspire.Web.Tests.Demo;

public sealed class BackendListTests
{
    [Fact]
    public void AListSaysWhatIsAndSinceWhen()
    {
        var list = Read("""
            [{"pipeline_id":"a","overall_status":"Running","updated_at":"2025-11-24T16:00:00.123Z"},
             {"pipeline_id":"b","overall_status":"Paused","updated_at":"2025-11-24T17:00:00+01:00"}]
            """);

        Assert.Equal("active", list.Statuses["a"]);
        Assert.Equal("paused", list.Statuses["b"]);
        Assert.Equal(1_764_000_000_123, list.UpdatedAt["a"]);
        Assert.Equal(1_764_000_000_000, list.UpdatedAt["b"]);
        Assert.Equal(42_000, list.AsOf);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"updated_at\":null")]
    [InlineData(",\"updated_at\":17")]
    [InlineData(",\"updated_at\":\"yesterday\"")]
    public void WithoutATimeTheStatusStands(string updatedAt)
    {
        var list = Read($$"""[{"pipeline_id":"a","overall_status":"Running"{{updatedAt}}}]""");

        Assert.Equal("active", list.Statuses["a"]);
        Assert.Empty(list.UpdatedAt);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[7]")]
    public void SomethingElseIsNoAnswer(string json) =>
        Assert.True(DemoBackend.IsNoAnswer(Assert.ThrowsAny<Exception>(() => Read(json)), CancellationToken.None));

    private static BackendList Read(string json) => BackendList.Read(JsonSerializer.Deserialize<JsonElement>(json), DateTimeOffset.FromUnixTimeSeconds(42));
}
