namespace PipelineAspire.StatusStream.Streaming.Compression;

/// <summary>What is compressed of a stream whose client accepts gzip.</summary>
public enum StreamCompression
{
    /// <summary>Nothing: streams are plain, whatever their clients accept.</summary>
    Off,

    /// <summary>Batches of more than 1 KiB; the rest passes as it is.</summary>
    Snapshot,

    /// <summary>Every event that becomes shorter by it.</summary>
    All,
}
