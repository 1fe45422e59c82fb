using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.StatusStream.Tests.Http;

public class AcceptEncodingHeaderTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("gzip, deflate, br, zstd")]
    [InlineData("br;q=1.0, gzip;q=0.8, *;q=0.1")]
    [InlineData("*")]
    [InlineData("identity;q=0.5, *;q=0.5")]
    [InlineData("x-gzip")]
    [InlineData("*;q=0, gzip;q=0.1")]
    public void GzipIsTakenWhereItIsNamedOrAnythingIs(string header) => Assert.True(AcceptEncodingHeader.PrefersGzip(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("identity")]
    [InlineData("br, deflate")]
    [InlineData("gzip;q=0")]
    [InlineData("gzip;q=0, *")]
    [InlineData("*;q=0")]
    [InlineData("identity, gzip;q=0.5")]
    [InlineData("identity;q=0.6, *;q=0.5")]
    [InlineData("gzip;q=0.000")]
    [InlineData(",;;=")]
    public void TheAnswerIsAsItIsWhereGzipIsNotNamedOrLessWanted(string? header) => Assert.False(AcceptEncodingHeader.PrefersGzip(header));

    [Fact]
    public void SeveralHeaderLinesAreOneList()
    {
        Assert.True(AcceptEncodingHeader.PrefersGzip(new(["br", "gzip"])));
        Assert.False(AcceptEncodingHeader.PrefersGzip(new(["gzip;q=0.1", "identity"])));
    }
}
