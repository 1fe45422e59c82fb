using Microsoft.Extensions.Configuration;
using PipelineAspire.StatusStream.Backplane.Upstream;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

public sealed class UpstreamAddressesTests
{
    [Fact]
    public void WithoutAListTheBaseUrlItselfIsTheOneReplica() =>
        Assert.Equal(["http://10.0.0.1:5100/api/v1/"], Find("http://10.0.0.1:5100/api/v1"));

    [Fact]
    public void AListReplacesTheHostAndKeepsThePath() =>
        Assert.Equal(
            ["http://127.0.0.1:5101/base/", "http://127.0.0.1:5102/base/"],
            Find("http://statusstream/base", ("0", "http://127.0.0.1:5101"), ("1", "127.0.0.1:5102")));

    [Fact]
    public void TheListOfAnotherSchemeIsNotMeant() =>
        Assert.Equal(["https://statusstream/"], Find("https://statusstream", ("0", "http://127.0.0.1:5101")));

    [Fact]
    public void ASingleValueIsAListOfOne() =>
        Assert.Equal(["http://127.0.0.1:5101/"], Find("http://statusstream", ("", "http://127.0.0.1:5101")));

    private static IEnumerable<string> Find(string baseUrl, params (string Key, string Value)[] replicas)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(replicas.Select(replica =>
            KeyValuePair.Create($"services:statusstream:http:{replica.Key}".TrimEnd(':'), (string?)replica.Value))).Build();
        return UpstreamAddresses.Find(configuration, new Uri(baseUrl)).Select(address => address.AbsoluteUri);
    }
}
