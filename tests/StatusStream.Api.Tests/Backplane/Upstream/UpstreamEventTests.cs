using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Backplane.Upstream;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>What comes on another hub's stream is an event, of no known type, or nonsense that ends the stream.</summary>
public class UpstreamEventTests
{
    [Theory]
    [InlineData("hello")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("{\"type\":5}")]
    [InlineData("{\"type\":\"news\",\"status\":5,\"updates\":{},\"stream\":[]}")]
    public void WhatIsOfNoKnownTypeIsPassedOverWhateverItLooksLike(string data) =>
        Assert.Equal("", UpstreamEvent.Read("news", Encoding.UTF8.GetBytes(data)).Type);

    [Theory]
    [InlineData("batch_update", "hello")]
    [InlineData("batch_update", "{\"type\":\"batch_update\",\"updates\":[null]}")]
    [InlineData("batch_update", "{\"type\":\"batch_update\",\"updates\":[{\"status\":\"active\"}]}")]
    [InlineData("freshness", "{\"type\":\"freshness\",\"clock\":1,\"confirmedFor\":4611686018427387904}")]
    [InlineData("freshness", "{\"type\":\"freshness\",\"clock\":-4611686018427387904}")]
    [InlineData("freshness", "{\"type\":\"freshness\",\"clock\":1,\"confirmedFor\":1,\"except\":{\"a\":4611686018427387904}}")]
    [InlineData("status_error", "{\"type\":\"error\",\"code\":5}")]
    public void WhatIsOfAKnownTypeAndMakesNoSenseIsNonsense(string name, string data) =>
        Assert.ThrowsAny<JsonException>(() => UpstreamEvent.Read(name, Encoding.UTF8.GetBytes(data)));
}
