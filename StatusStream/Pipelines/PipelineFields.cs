using System.Buffers;
using System.Text;

namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>
/// What the backend says of a pipeline beside its status, as far as streams may carry it: values by name, each compact JSON on one line
/// and no object, so that a JSON Merge Patch (RFC 7396) replaces or removes it as a whole. Immutable, shared by the records that have it.
/// </summary>
/// <param name="names">The names that were looked for; none has a character that JSON escapes.</param>
/// <param name="values">Their values in UTF-8, in the order of the names; null for one that was not there.</param>
internal sealed class PipelineFields(string[] names, byte[]?[] values)
{
    private static ReadOnlySpan<byte> Null => "null"u8;

    /// <summary>The names that were looked for.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>True when none was there.</summary>
    public bool IsEmpty { get; } = Array.TrueForAll(values, static value => value is null);

    /// <summary>How many bytes <see cref="Write"/> writes at most.</summary>
    public int MostBytes { get; } = 2 + values.Select((value, i) => value is null ? 0 : MostBytesOf(names[i], value)).Sum();

    /// <summary>The same names, none of which was there.</summary>
    public PipelineFields Cleared => IsEmpty ? this : new PipelineFields(names, new byte[]?[values.Length]);

    /// <summary>The value of a name by its place in <see cref="Names"/>; null when it was not there.</summary>
    public byte[]? this[int index] => values[index];

    /// <summary>True when both say the same. None at all is the same as none that was there.</summary>
    public static bool AreSame(PipelineFields? one, PipelineFields? other)
    {
        if (ReferenceEquals(one, other)) return true;
        return IsPartOf(one, other) && IsPartOf(other, one);
    }

    /// <summary>Writes a JSON object of those that were there.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var writer = new MemberWriter(output);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value) writer.Write(names[i], value);
        }

        writer.End();
    }

    /// <summary>Writes a merge patch that brings one who was told anything of these names up to date: all of them, null for what is not there.</summary>
    public static void WriteAll(PipelineFields? fields, IBufferWriter<byte> output)
    {
        var writer = new MemberWriter(output);
        for (var i = 0; i < fields?.Names.Count; i++) writer.Write(fields.Names[i], fields[i] ?? Null);
        writer.End();
    }

    /// <summary>Writes a merge patch for one who was told <paramref name="before"/>: what is different, null for what is gone.</summary>
    public static void WriteChanged(PipelineFields? before, PipelineFields? now, IBufferWriter<byte> output)
    {
        var writer = new MemberWriter(output);
        for (var i = 0; i < now?.Names.Count; i++)
        {
            if (now[i] is { } value && !value.AsSpan().SequenceEqual(before?.Find(now.Names[i]))) writer.Write(now.Names[i], value);
        }

        for (var i = 0; i < before?.Names.Count; i++)
        {
            if (before[i] is not null && now?.Find(before.Names[i]) is null) writer.Write(before.Names[i], Null);
        }

        writer.End();
    }

    private byte[]? Find(string name)
    {
        var index = Array.IndexOf(names, name);
        return index < 0 ? null : values[index];
    }

    private static bool IsPartOf(PipelineFields? part, PipelineFields? whole)
    {
        for (var i = 0; i < part?.Names.Count; i++)
        {
            if (part[i] is { } value && !value.AsSpan().SequenceEqual(whole?.Find(part.Names[i]))) return false;
        }

        return true;
    }

    private static int MostBytesOf(string name, byte[] value) => Encoding.UTF8.GetMaxByteCount(name.Length) + value.Length + 4;

    /// <summary>Writes the members of an object.</summary>
    private ref struct MemberWriter(IBufferWriter<byte> output)
    {
        private bool _isBegun;

        public void Write(string name, ReadOnlySpan<byte> value)
        {
            output.Write(_isBegun ? ",\""u8 : "{\""u8);
            _isBegun = true;
            Encoding.UTF8.GetBytes(name, output);
            output.Write("\":"u8);
            output.Write(value);
        }

        public readonly void End() => output.Write(_isBegun ? "}"u8 : "{}"u8);
    }
}
