using System.Buffers;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Streaming.Compression;
using PipelineAspire.StatusStream.Tests.Hosting;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Tests.Streaming;

/// <summary>One stream into a pipe instead of a connection, on the test's own thread and clock.</summary>
internal sealed class SessionRig : IDisposable
{
    public const int BufferBytes = 16 * 1024;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Pump _pump = new();
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: BufferBytes, resumeWriterThreshold: BufferBytes / 2,
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));

    private readonly CancellationTokenSource _aborted = new();
    private readonly StatusSubscription _subscription;

    public SessionRig(params string[] pipelineIds)
        : this(StreamCompression.Off, pipelineIds)
    {
    }

    public SessionRig(StreamCompression compression, params string[] pipelineIds)
    {
        var cadence = new PollCadence(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
        Broadcaster = new StatusBroadcaster(cadence, Clock, PipeScheduler.Inline);
        var watchList = new WatchList(cadence, Clock);
        var backplane = new InProcessBackplane(watchList, Broadcaster);
        var subscriptions = new StatusSubscriptions(watchList, backplane, Broadcaster, new DocumentCache(backplane, cadence, Clock), cadence, Clock);
        _subscription = subscriptions.OpenAsync(pipelineIds, lastEventId: null, _aborted.Token).AsTask().Result; // at once: nothing is to be caught up with
        Metrics = new StatusStreamMetrics(_services.GetRequiredService<IMeterFactory>());
        Snapshots = new SnapshotChunks(SseFrames.WriteBatchItem, compression, Clock);
        var output = new StreamEncoding(Snapshots, Snapshots, Options.Create(new StreamingOptions { Compression = compression }))
            .Encode(_pipe.Writer, isGzip: compression != StreamCompression.Off, withFields: false);
        Session = new StreamSession(output, Subscriber, new SseFrames(Options.Create(new StreamingOptions())), Metrics, Clock)
        {
            Hang = Hang = new InjectedHang(Clock),
        };
    }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1764000000000));

    public StatusBroadcaster Broadcaster { get; }

    public Subscriber Subscriber => _subscription.Subscriber;

    public StatusStreamMetrics Metrics { get; }

    public StreamSession Session { get; }

    public SnapshotChunks Snapshots { get; }

    public InjectedHang Hang { get; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public void Start() => Running = _pump.Start(() => Session.RunAsync(_aborted.Token));

    public void Do(Action action) => _pump.Do(action);

    public void Pass(TimeSpan time) => Do(() => Clock.Advance(time));

    public void Observe(string id, PipelineStatus status, long sequence) => Do(() => Broadcaster.Receive(Records.Update(Records.Fine(id, status, sequence))));

    public void Abort() => Do(_aborted.Cancel);

    /// <summary>What the client finds when it reads.</summary>
    public string Read() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>The same as bytes, of a compressed stream those after its first ones.</summary>
    public byte[] ReadBytes()
    {
        byte[] bytes = [];
        Do(() =>
        {
            if (!_pipe.Reader.TryRead(out var read)) return;
            bytes = read.Buffer.ToArray();
            _pipe.Reader.AdvanceTo(read.Buffer.End);
        });
        return bytes;
    }

    public void Dispose()
    {
        Abort();
        Assert.True(Running.IsCompleted, "The stream did not end when its connection was gone.");
        _subscription.Dispose();
        Snapshots.Dispose();
        _aborted.Dispose();
        _services.Dispose();
    }
}
