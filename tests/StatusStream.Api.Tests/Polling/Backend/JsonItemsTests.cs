using System.Text;
using System.Text.Json;
using CsCheck;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>The items of a list, taken from the stream as it arrives.</summary>
public class JsonItemsTests
{
    private const int Limit = 1024 * 1024;

    private static readonly Gen<string> Scalars = OneOf(
        "1", "-2.5e3", "true", "null", "\"\"", "\"a\"", "\"[{\"", "\"\\\"}]\"", "\"\\u00e9\"", "\"é🙂\"");

    private static readonly Gen<string> Values = Gen.Recursive<string>((depth, inner) => depth > 3 ? Scalars : Gen.Frequency(
        (3, Scalars),
        (1, inner.Array[0, 3].Select(values => $"[{string.Join(" , ", values)}]")),
        (1, Members(inner).Select(members => $"{{{members}}}"))));

    private static readonly Gen<string[]> Lists = Values.Array[0, 12];

    private static readonly Gen<(string[] List, string Others, int Envelope, bool Mark, int[] Cuts)> Documents =
        Gen.Select(Lists, Members(Values), Gen.Int[0, 3], Gen.Bool, Gen.Int[1, 9].Array[1, 20]);

    [Fact]
    public void HoweverAStreamIsCutItHasTheSameItems() => Documents.Sample(
        document =>
        {
            var list = $"[{string.Join(",\n", document.List)}]";
            var (path, body) = document.Envelope switch
            {
                1 => ("items", Enclosed("items", list, document.Others)),
                2 => ("data.items", Enclosed("DATA", Enclosed("Items", list, document.Others), document.Others)),
                3 => ("data.1.items", Enclosed("data", $"[{{}}, {Enclosed("items", list, document.Others)} , 7]", document.Others)),
                _ => (null, list),
            };
            var bytes = Encoding.UTF8.GetBytes((document.Mark ? "\uFEFF" : "") + body);

            Assert.Equal(
                document.List.Where(value => value[0] == '{'),
                ItemsOf(new CutStream(bytes, document.Cuts), path));
        },
        iter: 3000);

    [Theory]
    [InlineData(10)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(200_000)]
    public void AnItemMayBeLargerThanTheBuffer(int size)
    {
        string[] items = [$$"""{"a":"{{new string('x', size)}}"}""", """{"b":1}""", $$"""{"c":"{{new string('y', size)}}"}"""];

        Assert.Equal(items, ItemsOf($"[{string.Join(',', items)}]"));
        Assert.Equal(items, ItemsOf($$"""{"before":"{{new string('z', size)}}","items":[{{string.Join(',', items)}}],"after":[{{items[0]}}]}""", "items"));
    }

    [Fact]
    public void ALargeItemInSmallPiecesIsNotReadAnewForEachPiece()
    {
        var item = $$"""{"a":[{{string.Join(',', Enumerable.Repeat("1", 450_000))}}]}""";
        var body = new CutStream(Encoding.UTF8.GetBytes($"[{item}]"), [9]);

        Assert.Equal([item], ItemsOf(body, null));
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData(" [ ] ", null)]
    [InlineData("null", null)]
    [InlineData("""[1,"a",null,true,[{"a":1}],[[]]]""", null)]
    [InlineData("""{"items":[]}""", "items")]
    [InlineData("""{"items":null}""", "items")]
    [InlineData("""{"items":7,"Items":[]}""", "items")]
    [InlineData("""{"data":[{"items":[{"a":1}]}],"data":{"items":[]}}""", "data.items")]
    [InlineData("""{"a":{"items":[{"a":1}]},"items":[]}""", "items")]
    public void AListMayHaveNoItems(string body, string? path) => Assert.Empty(ItemsOf(body, path));

    [Theory]
    [InlineData("""{"a.b":[{"x":1}]}""", "a.b")]
    [InlineData("""{"a":{"b":[{"x":1}]}}""", "A.B")]
    [InlineData("""[0,[],{"b":[{"x":1}]}]""", "2.b")]
    [InlineData("""{"a":[[0],[{"x":1}]]}""", "a.1")]
    [InlineData("""{"\u0061":{"z":{"b":[{"y":1}]},"b":[{"x":1}]}}""", "a.b")]
    public void TheListMayBeAnywhere(string body, string path) => Assert.Equal(["""{"x":1}"""], ItemsOf(body, path));

    [Theory]
    [InlineData("", null)]
    [InlineData("  ", null)]
    [InlineData("{}", null)]
    [InlineData("7", null)]
    [InlineData("\"[]\"", null)]
    [InlineData("""{"items":[]}""", null)]
    [InlineData("[]", "items")]
    [InlineData("{}", "items")]
    [InlineData("null", "items")]
    [InlineData("""{"items":{}}""", "items")]
    [InlineData("""{"items":"[]"}""", "items")]
    [InlineData("""{"items":{"items":[{}]}}""", "items")]
    [InlineData("""{"data":{"items":[]}}""", "items")]
    [InlineData("""[{"items":[]}]""", "items")]
    [InlineData("""{"data":[{"items":[]}]}""", "data.items")]
    [InlineData("""{"data":null}""", "data.items")]
    public void ABodyOfAnotherShapeIsRefused(string body, string? path) => Assert.ThrowsAny<JsonException>(() => ItemsOf(body, path));

    [Theory]
    [InlineData("[{}")]
    [InlineData("[{},")]
    [InlineData("[{},]")]
    [InlineData("[{}{}]")]
    [InlineData("[{\"a\":1]")]
    [InlineData("[{}] x")]
    [InlineData("[{}][]")]
    [InlineData("[{}]]")]
    [InlineData("[NaN]")]
    [InlineData("[{'a':1}]")]
    [InlineData("<html>")]
    public void WhatIsNotWholeJsonIsRefused(string body)
    {
        Assert.ThrowsAny<JsonException>(() => ItemsOf(body));
        Assert.ThrowsAny<JsonException>(() => ItemsOf(new CutStream(Encoding.UTF8.GetBytes(body), [1]), null));
    }

    [Fact]
    public void ABodyIsReadUpToTheLimitAndNotOneByteFurther()
    {
        var body = $"[{new string(' ', Limit - 2)}]";

        Assert.Empty(ItemsOf(body));
        Assert.ThrowsAny<IOException>(() => ItemsOf(body + " "));
    }

    [Fact]
    public void ABodyWithoutEndIsGivenUpAtTheLimit()
    {
        var endless = new EndlessStream();

        Assert.ThrowsAny<IOException>(() => ItemsOf(endless, null));
        Assert.InRange(endless.Given, Limit, 3 * Limit);
    }

    [Fact]
    public void ABodyThatBreaksOffIsAFaultOfTheConnection() => Assert.ThrowsAny<IOException>(() => ItemsOf(new EndlessStream { BreaksAfter = 100 }, null));

    private static Gen<string> Members(Gen<string> values) =>
        Gen.Select(OneOf("a", "b", "item", "data.x", "\\u0062", ""), values).Array[0, 3]
            .Select(members => string.Join(", ", members.Select(member => $"\"{member.Item1}\" : {member.Item2}")));

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Enclosed(string name, string json, string others) =>
        others.Length == 0 ? $$"""{ "{{name}}" : {{json}} }""" : $$"""{ {{others}}, "{{name}}" : {{json}}, {{others}} }""";

    private static List<string> ItemsOf(string body, string? path = null) => ItemsOf(new MemoryStream(Encoding.UTF8.GetBytes(body)), path);

    private static List<string> ItemsOf(Stream body, string? path)
    {
        var items = new List<string>();
        var reader = new JsonItems(path is null ? null : JsonPath.Parse(path), Limit, item => items.Add(Encoding.UTF8.GetString(item)));
        var reading = reader.ReadAsync(body, CancellationToken.None).AsTask();

        // None of these streams lets anybody wait.
        Assert.True(reading.IsCompleted);
        reading.GetAwaiter().GetResult();
        return items;
    }

    /// <summary>A stream that comes in pieces of these sizes, over and over.</summary>
    private sealed class CutStream(byte[] bytes, int[] sizes) : MemoryStream(bytes)
    {
        private int _cuts;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, sizes[_cuts++ % sizes.Length])], cancellationToken);
    }

    /// <summary>An array of spaces.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public long BreaksAfter { get; init; } = long.MaxValue;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Given >= BreaksAfter) throw new IOException("The connection broke.");
            buffer.Span.Fill((byte)' ');
            if (Given == 0) buffer.Span[0] = (byte)'[';
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
