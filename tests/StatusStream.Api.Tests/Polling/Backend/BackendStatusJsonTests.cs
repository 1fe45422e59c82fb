using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

public class BackendStatusJsonTests
{
    [Theory]
    [InlineData("""{"overall_status":"Running"}""", "Running")]
    [InlineData("""{"Overall_STATUS":"Running"}""", "Running")]
    [InlineData("""{"overall\u005fstatus":"Run\u006eing"}""", "Running")]
    [InlineData("""{"nested":{"overall_status":"no"},"list":[{"overall_status":"no"}],"overall_status":"yes"}""", "yes")]
    [InlineData("""{"overall_status":"first","overall_status":"last"}""", "last")]
    [InlineData("""{"overall_status":3}""", "3")]
    [InlineData("""{"overall_status":true}""", "true")]
    [InlineData("""{"overall_status":null}""", null)]
    [InlineData("""{"overall_status":{"overall_status":"no"}}""", null)]
    [InlineData("""{"overall_status":["no"]}""", null)]
    [InlineData("{}", null)]
    [InlineData("  {} \n", null)]
    public void TheTopLevelPropertyIsRead(string json, string? value) =>
        Assert.Equal(value, BackendStatusJson.ReadValue(Encoding.UTF8.GetBytes(json), JsonPath.Parse("overall_status")));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("\"Running\"")]
    [InlineData("[]")]
    [InlineData("<html></html>")]
    [InlineData("""{"overall_status":"Running" """)]
    [InlineData("""{"overall_status":"Running"}{}""")]
    [InlineData("""{"overall_status":"Running"} garbage""")]
    [InlineData("""{"overall_status":"Running",}""")]
    [InlineData("""{"overall_status":"Runn""")]
    public void WhatIsNotOneWholeObjectIsRefused(string json) =>
        Assert.ThrowsAny<JsonException>(() => BackendStatusJson.ReadValue(Encoding.UTF8.GetBytes(json), JsonPath.Parse("overall_status")));

    [Fact]
    public void BytesThatAreNoTextAreRefusedWhereverTheyAre()
    {
        byte[] body = [.. """{"overall_status":"Running","note":" """u8, 0xff, .. "\"}"u8];

        Assert.ThrowsAny<JsonException>(() => BackendStatusJson.ReadValue(body, JsonPath.Parse("overall_status")));
    }
}
