using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

public class StatusVersionTests
{
    [Theory]
    [InlineData("7f3a9c0d12e4b85f-41", 0x7f3a9c0d12e4b85f, 41)]
    [InlineData("0000000000000000-0", 0, 0)]
    [InlineData("ffffffffffffffff-9223372036854775807", ulong.MaxValue, long.MaxValue)]
    public void TheFormOnTheWireGoesThereAndBack(string wire, ulong epoch, long sequence)
    {
        var version = new StatusVersion(epoch, sequence);

        Assert.Equal(wire, version.ToString());
        Assert.True(StatusVersion.TryParse(wire, out var parsed));
        Assert.Equal(version, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("41")]
    [InlineData("7f3a9c0d12e4b85f")]
    [InlineData("7f3a9c0d12e4b85f-")]
    [InlineData("7f3a9c0d12e4b85f--1")]
    [InlineData("7f3a9c0d12e4b85f-+1")]
    [InlineData("7f3a9c0d12e4b85f- 1")]
    [InlineData("7f3a9c0d12e4b85f-1 ")]
    [InlineData("7f3a9c0d12e4b85f-1,2")]
    [InlineData("7f3a9c0d12e4b85f-9223372036854775808")]
    [InlineData("7f3a9c0d12e4b85g-1")]
    [InlineData(" 7f3a9c0d12e4b85-1")]
    [InlineData("7f3a9c0d12e4b85-41")]
    [InlineData("07f3a9c0d12e4b85f-41")]
    public void NonsenseIsNoVersion(string text) => Assert.False(StatusVersion.TryParse(text, out _));
}
