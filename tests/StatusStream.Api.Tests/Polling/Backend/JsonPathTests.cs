using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>Where a value is in a backend's JSON.</summary>
public class JsonPathTests
{
    [Theory]
    [InlineData("state", """{"state":"a"}""", "a")]
    [InlineData("status.phase", """{"status":{"phase":"a"}}""", "a")]
    [InlineData("Status.PHASE", """{"sTatus":{"phAse":"a"}}""", "a")]
    [InlineData("a.b.c", """{"x":{"b":{"c":"no"}},"a":{"c":"no","b":{"c":"yes","d":{"c":"no"}}}}""", "yes")]
    [InlineData("status.phase", """{"status.phase":"a"}""", "a")]
    [InlineData("a.b.c", """{"a":{"b.c":"x"}}""", "x")]
    [InlineData("a.b.c", """{"a.b":{"c":"x"}}""", null)]
    [InlineData("dag_runs.0.state", """{"dag_runs":[{"state":"first"},{"state":"second"}]}""", "first")]
    [InlineData("dag_runs.1.state", """{"dag_runs":[{"state":"first"},{"state":"second"}]}""", "second")]
    [InlineData("dag_runs.2.state", """{"dag_runs":[{"state":"first"},{"state":"second"}]}""", null)]
    [InlineData("dag_runs.0.state", """{"dag_runs":[]}""", null)]
    [InlineData("dag_runs.-1.state", """{"dag_runs":[{"state":"first"}]}""", null)]
    [InlineData("dag_runs.state", """{"dag_runs":[{"state":"first"}]}""", null)]
    [InlineData("a.1", """{"a":[["no"],"yes",{"1":"no"}]}""", "yes")]
    [InlineData("a.0.1", """{"a":[["no","yes"]]}""", "yes")]
    [InlineData("a.0", """{"a":{"0":"named"}}""", "named")]
    [InlineData("0.state", """[{"state":"a"},{"state":"b"}]""", "a")]
    [InlineData("0.state", """{"0":{"state":"a"}}""", "a")]
    [InlineData("0", """{"0":"a"}""", "a")]
    [InlineData("status.phase", """{"status":"Running"}""", null)]
    [InlineData("status.phase", """{"status":null}""", null)]
    [InlineData("status.phase", """{"status":{}}""", null)]
    [InlineData("status.phase", """{"status":{"phase":null}}""", null)]
    [InlineData("status.phase", """{"status":{"phase":{"phase":"no"}}}""", null)]
    [InlineData("status.phase", """{"status":{"phase":["no"]}}""", null)]
    [InlineData("status.phase", """{"phase":"no","status":{"other":{"phase":"no"}}}""", null)]
    [InlineData("a.b", """{"a":{"b":7}}""", "7")]
    [InlineData("a.b", """{"a":{"b":1.50e3}}""", "1.50e3")]
    [InlineData("a.b", """{"a":{"b":false}}""", "false")]
    [InlineData("a.b", """{"a":{"b":"first","b":"last"}}""", "last")]
    [InlineData("a.b", """{"a":{"b":"found"},"a":{"c":"beside"}}""", "found")]
    [InlineData("a.b", """{"\u0061":{"b":"\u0041"}}""", "A")]
    public void TheValueAtThePathIsFound(string path, string json, string? value) =>
        Assert.Equal(value, BackendStatusJson.ReadValue(Encoding.UTF8.GetBytes(json), JsonPath.Parse(path)));

    [Theory]
    [InlineData("state", "[]")]
    [InlineData("state", """[{"state":"a"}]""")]
    [InlineData("0", """["a"]""")]
    [InlineData("0.state", "\"a\"")]
    [InlineData("0.state", """[{"state":"a"}] []""")]
    [InlineData("0.state", """[{"state":"a"}""")]
    public void OnlyAPathThatBeginsInAnArrayFindsItsWayThroughOne(string path, string json) =>
        Assert.ThrowsAny<JsonException>(() => BackendStatusJson.ReadValue(Encoding.UTF8.GetBytes(json), JsonPath.Parse(path)));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a.0.b", true)]
    [InlineData("0", true)]
    [InlineData("with space.b", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData(".", false)]
    [InlineData("a.", false)]
    [InlineData(".a", false)]
    [InlineData("a..b", false)]
    [InlineData("a. .b", false)]
    public void APathHasNoEmptyNames(string? path, bool isValid) => Assert.Equal(isValid, JsonPath.IsValid(path));

    [Theory]
    [InlineData("data.items", """{"data":{"items":[1]}}""", "[1]")]
    [InlineData("data.items", """{"data.items":{}}""", "{}")]
    [InlineData("0.items", """[{"ITEMS":[2]}]""", "[2]")]
    [InlineData("items", """{"items":null}""", "null")]
    [InlineData("items", """{"data":{"items":[1]}}""", null)]
    [InlineData("items", "[1]", null)]
    [InlineData("items.0", """{"items":"1"}""", null)]
    public void WhateverIsAtThePathIsFoundInADocument(string path, string json, string? found)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(found, JsonPath.Parse(path).Find(document.RootElement)?.GetRawText());
    }
}
