using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.Benchmarks.Micro;

/// <summary>The bytes of an update: made for the first stream, and there already for all others.</summary>
public class FrameEncoding
{
    private readonly SseFrames _frames = new(Options.Create(new StreamingOptions()));
    private readonly PipelineRecord _record = Records.Of("payments-ledger", PipelineStatus.Paused, 41);

    [Benchmark]
    public int FirstStream() => _frames.Update(Records.Of("payments-ledger", PipelineStatus.Paused, 41), PipelineStatus.Active).Length;

    [Benchmark]
    public int EachFurtherStream() => _frames.Update(_record, PipelineStatus.Active).Length;
}
