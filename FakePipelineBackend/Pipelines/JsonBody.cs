using System.Buffers;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>JSON that is written and hashed once, and sent as it is: alone, or as an item of an array.</summary>
public sealed class JsonBody
{
    public JsonBody(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Hash = EntityTag.Hash(bytes.Span);
        Tag = EntityTag.From(Hash);
    }

    /// <summary>UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public ulong Hash { get; }

    /// <summary>The <see cref="EntityTag"/>, as the header has it.</summary>
    public string Tag { get; }

    public static ReadOnlyMemory<byte> Array(IReadOnlyList<JsonBody> items)
    {
        var buffer = new ArrayBufferWriter<byte>(2 + items.Sum(item => item.Bytes.Length + 1));
        buffer.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) buffer.Write(","u8);
            buffer.Write(items[i].Bytes.Span);
        }

        buffer.Write("]"u8);
        return buffer.WrittenMemory;
    }
}
