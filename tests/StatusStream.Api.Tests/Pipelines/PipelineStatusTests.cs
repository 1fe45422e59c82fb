using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

public class PipelineStatusTests
{
    [Fact]
    public void TheNamesAreThoseOfTheGoldenFile() =>
        Assert.Equal(GoldenFile.Statuses.Order(StringComparer.Ordinal), PipelineStatuses.AllNames.Order(StringComparer.Ordinal));

    [Fact]
    public void EveryNameIsReadBack()
    {
        foreach (var status in Enum.GetValues<PipelineStatus>())
        {
            Assert.True(PipelineStatuses.TryParse(status.Name().ToUpperInvariant(), out var parsed));
            Assert.Equal(status, parsed);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("running")]
    [InlineData("1")]
    public void AnotherNameIsRefused(string? name)
    {
        Assert.False(PipelineStatuses.TryParse(name, out var status));
        Assert.Equal(PipelineStatus.Unknown, status);
    }
}
