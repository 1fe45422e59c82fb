using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming.Compression;

/// <summary>Items of a batch, encoded and compressed for every stream that is told the same ones in the same order.</summary>
/// <param name="records">What they say.</param>
/// <param name="plain">The items with commas between them.</param>
/// <param name="block">The same as a block.</param>
internal sealed class SnapshotChunk(PipelineRecord[] records, byte[] plain, byte[] block)
{
    /// <summary>How many items.</summary>
    public int Count => records.Length;

    /// <summary>The items with commas between them.</summary>
    public byte[] Plain { get; } = plain;

    /// <summary>The items as a block.</summary>
    public byte[] Block { get; } = block;

    /// <summary>What it takes to keep it, in bytes.</summary>
    public int Size => Plain.Length + Block.Length + (records.Length * IntPtr.Size);

    /// <summary>True when the next items of a batch are these.</summary>
    public bool IsOf(IReadOnlyList<PipelineRecord> batch, int from, int count)
    {
        if (count != records.Length) return false;
        for (var i = 0; i < records.Length; i++)
        {
            if (!ReferenceEquals(records[i], batch[from + i])) return false;
        }

        return true;
    }
}
