using System.IO.Pipelines;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Streaming.Compression;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Decides whether a stream is compressed, and how its body begins and is written then.</summary>
internal sealed class StreamEncoding(
    SnapshotChunks snapshots, [FromKeyedServices(StreamEncoding.WithFields)] SnapshotChunks snapshotsWithFields, IOptions<StreamingOptions> options)
{
    /// <summary>Names the snapshots of streams that get fields.</summary>
    public const string WithFields = "with fields";

    private static readonly byte[] GzipPreamble = GzipWriter.Start(SseFrames.Preamble.Span);

    private readonly StreamCompression _compression = options.Value.Compression;

    /// <summary>True when the stream is a gzip body: where that is not switched off, and the client prefers it.</summary>
    public bool IsGzip(HttpRequest request) => _compression != StreamCompression.Off && AcceptEncodingHeader.PrefersGzip(request.Headers.AcceptEncoding);

    /// <summary>The first bytes of a body.</summary>
    public static ReadOnlyMemory<byte> Preamble(bool isGzip) => isGzip ? GzipPreamble : SseFrames.Preamble;

    /// <summary>What takes the events of a body that has begun with <see cref="Preamble"/>.</summary>
    public PipeWriter Encode(PipeWriter output, bool isGzip, bool withFields) => isGzip
        ? new GzipWriter(output, withFields ? snapshotsWithFields : snapshots, _compression == StreamCompression.All, SseFrames.Preamble.Span)
        : output;
}
