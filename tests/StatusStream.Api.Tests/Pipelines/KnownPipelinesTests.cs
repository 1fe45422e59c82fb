using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

public class KnownPipelinesTests
{
    /// <summary>The first half of those without a comma is FNV-1a's own published value.</summary>
    [Theory]
    [InlineData("", "811c9dc57ee3623a")]
    [InlineData("a", "e40c292c1af3d541")]
    [InlineData("foobar", "bf9cf9686ff712cb")]
    [InlineData("a,b", "08876b4678930faf")]
    [InlineData("b,a", "08876b4678930faf")]
    [InlineData("_,a,B", "c42297837634ba1a")]
    public void ASetIsNamedByTwoHashesOfItsIdsSortedByTheirCharacters(string ids, string hash) =>
        Assert.Equal(hash, KnownPipelinesText.Of(ids.Length == 0 ? [] : ids.Split(',')));

    [Fact]
    public void TheExamplesAreTrue() => Assert.All(GoldenFile.Known, example => Assert.Equal(example.Value, KnownPipelinesText.Of(example.Key.Split(','))));

    [Theory]
    [InlineData("811c9dc57ee3623a", true)]
    [InlineData("811C9DC57EE3623A", true)]
    [InlineData("811c9dc57ee3623", false)]
    [InlineData("811c9dc57ee3623ag", false)]
    [InlineData("", false)]
    [InlineData("+11c9dc57ee3623a", false)]
    public void OnTheWireItHasSixteenHexDigits(string text, bool isOne)
    {
        Assert.Equal(isOne, KnownPipelines.TryParse(text, out var hash));
        if (isOne) Assert.Equal(KnownPipelines.Hash([]), hash);
    }
}
