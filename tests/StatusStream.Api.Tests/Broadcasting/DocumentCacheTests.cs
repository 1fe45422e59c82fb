using System.Text;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

public class DocumentCacheTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    private static readonly TimeSpan FirstRead = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NextRead = TimeSpan.FromSeconds(3);

    private readonly FakeTimeProvider _clock = new();
    private readonly StoredDocuments _stored = new();
    private readonly DocumentCache _cache;

    public DocumentCacheTests() => _cache = new DocumentCache(_stored, Cadence, _clock);

    [Fact]
    public async Task HoweverManyAskADocumentIsFetchedOncePerRead()
    {
        _stored.Store("a", "{\"n\":1}");
        for (var i = 0; i < 100; i++) Assert.Equal("{\"n\":1}", await FindAsync("a", FirstRead));
        Assert.Equal(1, _stored.Fetches);

        _stored.Store("a", "{\"n\":2}");
        for (var i = 0; i < 100; i++) Assert.Equal("{\"n\":2}", await FindAsync("a", NextRead));
        Assert.Equal(2, _stored.Fetches);
    }

    [Fact]
    public async Task WhoAsksWhileItIsFetchedSharesTheFetchAndWhoLeavesEndsItForNobody()
    {
        _stored.Hold();
        using var leaving = new CancellationTokenSource();
        var first = _cache.FindAsync("a", FirstRead, leaving.Token);
        var others = Enumerable.Range(0, 10).Select(_ => FindAsync("a", FirstRead)).ToList();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());

        _stored.Release("a", "{}");

        Assert.All(await Task.WhenAll(others).Soon(), document => Assert.Equal("{}", document));
        Assert.Equal(1, _stored.Fetches);
    }

    [Fact]
    public async Task OneThatIsNotThereYetIsLookedForAgain()
    {
        Assert.Null(await FindAsync("a", FirstRead));
        _stored.Store("a", "{}");

        Assert.Equal("{}", await FindAsync("a", FirstRead));
    }

    [Fact]
    public async Task OneThatNobodyAsksForIsDroppedAfterThreeIntervals()
    {
        foreach (var id in (string[])["a", "b"]) _stored.Store(id, "{}");
        await FindAsync("a", FirstRead);
        _clock.Advance(Cadence.RetainFor - TimeSpan.FromTicks(1));
        await FindAsync("b", FirstRead);
        Assert.Equal(2, _cache.Count);

        _clock.Advance(Cadence.Interval);
        await FindAsync("b", FirstRead);

        Assert.Equal(1, _cache.Count);
        Assert.Equal(2, _stored.Fetches);
    }

    [Fact]
    public async Task ThoseAboveTheBoundAreFetchedAndNotKept()
    {
        for (var i = 0; i < DocumentCache.MaxDocuments + 50; i++)
        {
            _stored.Store($"p{i}", "{}");
            Assert.Equal("{}", await FindAsync($"p{i}", FirstRead));
        }

        Assert.Equal(DocumentCache.MaxDocuments, _cache.Count);
        await FindAsync("p0", FirstRead);
        Assert.Equal(DocumentCache.MaxDocuments + 50, _stored.Fetches);
    }

    private async Task<string?> FindAsync(string pipelineId, TimeSpan readAt) =>
        await _cache.FindAsync(pipelineId, readAt, CancellationToken.None).Soon() is { } json ? Encoding.UTF8.GetString(json.Span) : null;

    /// <summary>A backplane that has documents and nothing else.</summary>
    private sealed class StoredDocuments : IStatusBackplane
    {
        private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
        private TaskCompletionSource _released = new();

        public StoredDocuments() => _released.SetResult();

        public int Fetches { get; private set; }

        public TimeSpan ConfirmationGap => TimeSpan.Zero;

        public void Store(string pipelineId, string json) => _documents[pipelineId] = Encoding.UTF8.GetBytes(json);

        public void Hold() => _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release(string pipelineId, string json)
        {
            Store(pipelineId, json);
            _released.SetResult();
        }

        public async ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken)
        {
            Fetches++;
            await _released.Task.WaitAsync(cancellationToken);
            return _documents.TryGetValue(pipelineId, out var json) ? json : default(ReadOnlyMemory<byte>?);
        }

        public void Connect(IPollRequestReceiver? poller) => throw new NotSupportedException();

        public ValueTask<PublishOutcome> PublishAsync(LeaseTerm term, PollUpdate update, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<AgedRecord>> LoadAsync(LeaseTerm term, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(LeaseTerm term, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> CatchUpAsync(StatusVersion version, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
