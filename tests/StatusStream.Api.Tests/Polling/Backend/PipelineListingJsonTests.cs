using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>The ids in a backend's list, whatever the list looks like.</summary>
public class PipelineListingJsonTests
{
    [Theory]
    [InlineData("""[{"pipeline_id":"a"},{"pipeline_id":"b"}]""", "a b")]
    [InlineData("""[{"id":"a"},{"ID":"b"},{"name":"c"}]""", "a b")]
    [InlineData("""[{"id":"no","pipeline_id":"a"}]""", "a")]
    [InlineData("""["a","b","a"]""", "a b")]
    [InlineData("""[7,{"id":8}]""", "7 8")]
    [InlineData("""[{"pipeline_id":9007199254740993}]""", "9007199254740993")]
    [InlineData("""["a",null,true,[],{},["b"],{"id":null},{"id":["b"]},{"id":{"id":"b"}}]""", "a")]
    [InlineData("""["a","","..","a/b","a b",{"id":"ü"}]""", "a")]
    [InlineData("""["a","\ud800",{"id":"\udc00"},{"\ud800":1,"id":"b"}]""", "a")]
    [InlineData("[]", "")]
    [InlineData("{}", "")]
    [InlineData("null", "")]
    [InlineData("""{"items":["a"]}""", "")]
    [InlineData("\"a\"", "")]
    public void IdsAreNamesOrNumbersOfObjectsOrByThemselves(string json, string ids) => Assert.Equal(ids, Ids(json, new PipelineBackendOptions()));

    [Theory]
    [InlineData("""{"items":["a"]}""", "items", "pipeline_id", "a")]
    [InlineData("""{"Data":{"Items":[{"metadata":{"name":"a"}},{"metadata":{}},{"metadata.name":"b"}]}}""", "data.items", "metadata.name", "a b")]
    [InlineData("""{"data.items":[{"key":"a"}]}""", "data.items", "key", "a")]
    [InlineData("""[{"items":["a"]},{"items":["b"]}]""", "1.items", "pipeline_id", "b")]
    [InlineData("""{"items":[{"names":["x","a"]}]}""", "items", "names.1", "a")]
    [InlineData("""{"items":{"a":{}}}""", "items", "pipeline_id", "")]
    [InlineData("""{"items":null}""", "items", "pipeline_id", "")]
    [InlineData("""["a"]""", "items", "pipeline_id", "")]
    public void TheyMayBeUnderPaths(string json, string itemsProperty, string idProperty, string ids) =>
        Assert.Equal(ids, Ids(json, new PipelineBackendOptions { ListItemsProperty = itemsProperty, Batch = { IdProperty = idProperty } }));

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("""["a" """)]
    [InlineData("""["a"] x""")]
    public void WhatIsNotJsonIsNotPassedOn(string json) => Assert.ThrowsAny<JsonException>(() => Ids(json, new PipelineBackendOptions()));

    [Fact]
    public void BytesThatAreNoTextAreNotPassedOn() =>
        Assert.ThrowsAny<JsonException>(() => new PipelineListingJson(new PipelineBackendOptions()).Read((byte[])[.. "[\""u8, 0xff, .. "\"]"u8], null));

    [Fact]
    public void TheListIsPassedOnAsItCame()
    {
        var listing = new PipelineListingJson(new PipelineBackendOptions()).Read(""" [ {"id" : "a", "n" : 1.50} ] """u8.ToArray(), "\"7\"");

        Assert.Equal((""" [ {"id" : "a", "n" : 1.50} ] """, "\"7\""), (Encoding.UTF8.GetString(listing.Json.Span), listing.ETag));
    }

    private static string Ids(string json, PipelineBackendOptions options) =>
        new PipelineListingJson(options).Read(Encoding.UTF8.GetBytes(json), null).PipelineIds is { } ids
            ? string.Join(' ', ids.Order(StringComparer.Ordinal))
            : "";
}
