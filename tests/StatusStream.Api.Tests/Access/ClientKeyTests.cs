using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using PipelineAspire.StatusStream.Access;

namespace PipelineAspire.StatusStream.Tests.Access;

public class ClientKeyTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("fe80::1%2", "fe80::/64")]
    [InlineData("::1", "::/64")]
    public void AClientIsItsAddressAndOfIPv6ItsNetwork(string address, string client) => Assert.Equal(client, ClientKey.Of(IPAddress.Parse(address)).Name);

    [Theory]
    [InlineData(ClaimTypes.NameIdentifier)]
    [InlineData("sub")]
    public void WhoIsSignedInIsTheSameClientFromEveryAddress(string claim)
    {
        var first = ClientKey.Of(Request("192.0.2.7", new ClaimsIdentity([new Claim(claim, "ann")], "Bearer")));
        var second = ClientKey.Of(Request("192.0.2.8", new ClaimsIdentity([new Claim(claim, "ann")], "Bearer")));
        var other = ClientKey.Of(Request("192.0.2.7", new ClaimsIdentity([new Claim(claim, "bob")], "Bearer")));

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void ASubjectThatNobodyHasVerifiedOrThatIsMissingIsNoClient()
    {
        Assert.Equal("192.0.2.7", ClientKey.Of(Request("192.0.2.7", new ClaimsIdentity([new Claim("sub", "ann")]))).Name);
        Assert.Equal("192.0.2.7", ClientKey.Of(Request("192.0.2.7", new ClaimsIdentity("Bearer"))).Name);
        Assert.Equal("192.0.2.7", ClientKey.Of(Request("192.0.2.7", new ClaimsIdentity([new Claim("sub", "")], "Bearer"))).Name);
    }

    [Fact]
    public void NobodyIsTakenForAnotherByTheNameOfTheirAccount() => Assert.NotEqual(
        ClientKey.Of(Request("192.0.2.7", new ClaimsIdentity())),
        ClientKey.Of(Request("192.0.2.8", new ClaimsIdentity([new Claim("sub", "192.0.2.7")], "Bearer"))));

    [Fact]
    public void WhoHasNoAddressIsAClientToo() => Assert.NotEmpty(ClientKey.Of(address: null).Name);

    private static DefaultHttpContext Request(string address, ClaimsIdentity identity) =>
        new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) }, User = new ClaimsPrincipal(identity) };
}
