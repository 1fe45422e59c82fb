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
    [InlineData("null", "")]
    public void IdsAreNamesOrNumbersOfObjectsOrByThemselves(string json, string ids) => Assert.Equal(ids, Ids(json, new PipelineBackendOptions()));

    [Theory]
    [InlineData("""{"items":["a"]}""", "items", "pipeline_id", "a")]
    [InlineData("""{"Data":{"Items":[{"metadata":{"name":"a"}},{"metadata":{}},{"metadata.name":"b"}]}}""", "data.items", "metadata.name", "a b")]
    [InlineData("""{"data.items":[{"key":"a"}]}""", "data.items", "key", "a")]
    [InlineData("""[{"items":["a"]},{"items":["b"]}]""", "1.items", "pipeline_id", "b")]
    [InlineData("""{"items":[{"names":["x","a"]}]}""", "items", "names.1", "a")]
    [InlineData("""{"items":null}""", "items", "pipeline_id", "")]
    public void TheyMayBeUnderPaths(string json, string itemsProperty, string idProperty, string ids) =>
        Assert.Equal(ids, Ids(json, new PipelineBackendOptions { ListItemsProperty = itemsProperty, Batch = { IdProperty = idProperty } }));

    [Theory]
    [InlineData("{}", null, "an array was expected, and it is an object")]
    [InlineData("""{"data":[],"total":1,"\ud800":1}""", null, "an array was expected, and it is an object with data, total")]
    [InlineData("\"a\"", null, "an array was expected, and it is a text")]
    [InlineData("""{"items":{"a":{}}}""", "items", "'items' is an object with a and no array")]
    [InlineData("""["a"]""", "items", "it has no 'items'; it is an array")]
    [InlineData("""{"data":{"items":["a"]}}""", "items", "it has no 'items'; it is an object with data")]
    [InlineData("""[{"key":"a"},{"key":"b"}]""", null, "none of its items (2) has a pipeline's id under 'pipeline_id' or 'id'")]
    [InlineData("""["a b"]""", null, "none of its items (1) has a pipeline's id")]
    public void WhatIsNoListIsNamedInWords(string json, string? itemsProperty, string words)
    {
        var refusal = Assert.Throws<BackendException>(() => Ids(json, new PipelineBackendOptions { ListItemsProperty = itemsProperty }));

        Assert.StartsWith("The list of pipelines has another shape than expected: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("see PipelineBackend:ListItemsProperty", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"data":{"items":[ {"pipeline_id":1, "n":1.50}, 2 ]}}""", "data.items", "pipeline_id", """[ {"pipeline_id":1, "n":1.50}, 2 ]""")]
    [InlineData("""[{"id":"a"},{"id":7},"c"]""", null, "pipeline_id", """[{"id":"a","pipeline_id":"a"},{"id":7,"pipeline_id":"7"},"c"]""")]
    [InlineData("""[{"pipeline_id":"x","key":"a"}]""", null, "key", """[{"pipeline_id":"x","key":"a","pipeline_id":"a"}]""")]
    [InlineData("""{"items":null}""", "items", "pipeline_id", "[]")]
    public void WhatItIsWrappedInIsTakenOffAndIdsHaveOneName(string json, string? itemsProperty, string idProperty, string passedOn)
    {
        var options = new PipelineBackendOptions { ListItemsProperty = itemsProperty, Batch = { IdProperty = idProperty } };

        Assert.Equal(passedOn, Encoding.UTF8.GetString(new PipelineListingJson(options).Read(Encoding.UTF8.GetBytes(json), null).Json.Span));
    }

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
        var listing = new PipelineListingJson(new PipelineBackendOptions()).Read(""" [ {"pipeline_id" : "a", "n" : 1.50} ] """u8.ToArray(), "\"7\"");

        Assert.Equal((""" [ {"pipeline_id" : "a", "n" : 1.50} ] """, "\"7\""), (Encoding.UTF8.GetString(listing.Json.Span), listing.ETag));
    }

    private static string Ids(string json, PipelineBackendOptions options) =>
        string.Join(' ', new PipelineListingJson(options).Read(Encoding.UTF8.GetBytes(json), null).PipelineIds.Order(StringComparer.Ordinal));
}
