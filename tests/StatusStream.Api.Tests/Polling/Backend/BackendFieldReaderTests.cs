using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Testing;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>What is found beside the status.</summary>
public class BackendFieldReaderTests
{
    [Theory]
    [InlineData("""{"lag":1.50}""", """{"lag":1.50}""")]
    [InlineData("""{"LAG" : "a \u0022 b"}""", """{"lag":"a \u0022 b"}""")]
    [InlineData("{\"lag\": [ 1,\\n  \"a  b\", {\"c\": \"\\\\\" } ]}", """{"lag":[1,"a  b",{"c":"\\"}]}""")]
    [InlineData("""{"lag":true,"metrics":{"rows":7}}""", """{"lag":true,"metrics.rows":7}""")]
    [InlineData("""{"metrics.rows":8}""", """{"metrics.rows":8}""")]
    [InlineData("""{"lag":null}""", "{}")]
    [InlineData("""{"lag":{"seconds":3}}""", "{}")]
    [InlineData("[]", "{}")]
    public void AFieldIsCompactJsonUnderTheNameThatItHasInTheSettings(string json, string expected) =>
        Assert.Equal(expected, Read(new BackendFieldReader(["lag", "metrics.rows"]), json.Replace("\\n", "\n", StringComparison.Ordinal)));

    [Fact]
    public void WhatIsTooLargeIsLeftOutAndLoggedOnce()
    {
        var logger = new FakeLogger();
        var reader = new BackendFieldReader(["lag", "log"], logger);
        var longest = new string('x', BackendFieldReader.MaxValueBytes - 2);

        Assert.Equal($$"""{"log":"{{longest}}"}""", Read(reader, $$"""{"log":"{{longest}}"}"""));
        for (var i = 0; i < 3; i++) Assert.Equal("""{"lag":1}""", Read(reader, $$"""{"lag":1,"log":"{{longest}}x"}"""));

        Assert.Contains("'log'", Assert.Single(logger.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsReadWhereNothingIsWanted() => Assert.Null(new BackendFieldReader([]).Read("""{"lag":1}"""u8));

    private static string Read(BackendFieldReader reader, string json)
    {
        var output = new ArrayBufferWriter<byte>();
        reader.Read(Encoding.UTF8.GetBytes(json))!.Write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
