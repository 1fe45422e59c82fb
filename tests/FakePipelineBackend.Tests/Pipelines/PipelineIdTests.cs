using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public class PipelineIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("orders-to_warehouse.v2")]
    [InlineData("...")]
    [InlineData("ABCxyz019")]
    public void LettersDigitsDotUnderscoreAndHyphenMakeAnId(string id) => Assert.True(PipelineId.IsValid(id));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("*")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData("a,b")]
    public void AnythingElseDoesNot(string? id) => Assert.False(PipelineId.IsValid(id));

    [Fact]
    public void AnIdHasAtMost128Characters()
    {
        Assert.True(PipelineId.IsValid(new string('a', 128)));
        Assert.False(PipelineId.IsValid(new string('a', 129)));
    }
}
