using PipelineAspire.StatusStream.Connections;

namespace PipelineAspire.StatusStream.Tests.Connections;

public sealed class ConnectionLimitsTests
{
    [Fact]
    public void WithoutALimitOnlyTheSettingCounts() =>
        Assert.Equal(new ConnectionLimits(int.MaxValue, 50_000, 256), ConnectionLimits.Of(Needs(1), limit: null, inUse: 0));

    [Fact]
    public void AHighLimitLeavesTheSettingAlone() =>
        Assert.Equal(50_000, ConnectionLimits.Of(Needs(2), limit: 1_048_576, inUse: 250).Streams);

    [Theory]
    [InlineData(400, 217, 1)]
    [InlineData(400, 264, 2)]
    [InlineData(1024, 217, 1)]
    [InlineData(1024, 264, 2)]
    [InlineData(4096, 217, 1)]
    [InlineData(20_000, 264, 2)]
    [InlineData(65_536, 217, 1)]
    public void WhatMayBeOpenedNeverReachesTheLimit(int limit, int inUse, int perConnection)
    {
        var needs = Needs(perConnection);

        var limits = ConnectionLimits.Of(needs, limit, inUse);

        Assert.InRange(inUse + needs.LaterDescriptors + limits.OwnConnections + (limits.Connections * perConnection), 0, limit);
        Assert.InRange(limits.Streams, 1, limits.Connections - ConnectionLimits.ForHealth - 1);
    }

    [Fact]
    public void MostOfALimitGoesToStreams()
    {
        Assert.InRange(ConnectionLimits.Of(Needs(1), limit: 20_000, inUse: 217).Streams, 18_000, 20_000);
        Assert.InRange(ConnectionLimits.Of(Needs(2), limit: 20_000, inUse: 264).Streams, 8_500, 10_000);
    }

    [Fact]
    public void ALimitThatIsHopelessStillLeavesRoomForAFew()
    {
        var limits = ConnectionLimits.Of(Needs(1), limit: 256, inUse: 300);

        Assert.InRange(limits.Streams, 1, limits.Connections - ConnectionLimits.ForHealth - 1);
        Assert.InRange(limits.OwnConnections, 1, 256);
    }

    private static ConnectionOptions Needs(int perConnection) => new() { DescriptorsPerConnection = perConnection, OwnConnections = 256 };
}
