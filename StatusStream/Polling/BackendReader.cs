using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>
/// Makes the requests of one term and puts their answers into the inbox; remembers of each pipeline what the backend may confirm by a
/// tag, and the whole answers that somebody wants. Its own members are called by the poll loop alone.
/// </summary>
internal sealed class BackendReader(
    IPipelineBackend backend,
    BackendList list,
    PollInbox inbox,
    PollCadence cadence,
    PollingState state,
    StatusStreamMetrics metrics,
    TimeProvider timeProvider)
{
    private static readonly TimeSpan LongestListPause = TimeSpan.FromSeconds(60);

    /// <summary>So many times longer than reading it took is the list left alone.</summary>
    private const int ListRest = 5;

    private readonly long _origin = timeProvider.GetTimestamp();
    private readonly Dictionary<string, KnownAnswer> _answers = new(StringComparer.Ordinal);

    // The last whole answer of pipelines whose whole answer is wanted; empty until it was read.
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _documents = new(StringComparer.Ordinal);
    private bool _isListing;
    private TimeSpan _lookedAtListAt;
    private TimeSpan _listPause;
    private int _listFailures;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>Makes a request.</summary>
    /// <param name="read">For which pipelines.</param>
    /// <param name="updateNumber">The number of the last update.</param>
    /// <param name="cancellationToken">The term is over.</param>
    public void Read(PlannedRead read, long updateNumber, CancellationToken cancellationToken)
    {
        state.ReadsStarted(requests: 1, reads: read.Batch?.Count ?? 1);
        _ = read.Batch is { } batch
            ? ReadAsync(batch, () => backend.ReadBatchAsync(batch, cancellationToken), updateNumber, cancellationToken)
            : ReadAsync([read.PipelineId], () => ReadOneAsync(read.PipelineId, Known(read.PipelineId), cancellationToken), updateNumber, cancellationToken);
    }

    /// <summary>Takes what is worth remembering of a reading.</summary>
    /// <returns>The whole answer, when somebody wants it and it is not the one before.</returns>
    public HealthDocument? Keep(in PipelineReading reading)
    {
        state.NoteAccess(reading.PipelineId, reading.IsDenied);
        if (reading.Condition != PipelineCondition.Ok || reading.Body.IsEmpty) return null;
        if (reading is { ETag: { } tag, Status: { } status }) _answers[reading.PipelineId] = new KnownAnswer(tag, status, reading.Fields);
        else _answers.Remove(reading.PipelineId);
        if (!_documents.TryGetValue(reading.PipelineId, out var before) || before.Span.SequenceEqual(reading.Body.Span)) return null;
        _documents[reading.PipelineId] = reading.Body;
        return new HealthDocument(reading.PipelineId, reading.Body);
    }

    /// <summary>Says whether somebody wants the whole answer about a pipeline.</summary>
    /// <returns>True when it was kept, and no longer is.</returns>
    public bool WantDocument(string pipelineId, bool isWanted)
    {
        if (isWanted) _documents.TryAdd(pipelineId, default);
        return !isWanted && _documents.Count > 0 && _documents.Remove(pipelineId);
    }

    /// <summary>True when somebody wants the whole answer, and a good read brought none: it was of a batch, or only confirmed.</summary>
    public bool LacksDocument(in PipelineReading reading) =>
        reading.Condition == PipelineCondition.Ok && _documents.TryGetValue(reading.PipelineId, out var document) && document.IsEmpty;

    public void Forget(string pipelineId)
    {
        _answers.Remove(pipelineId);
        _documents.Remove(pipelineId);
        state.NoteAccess(pipelineId, isDenied: false);
    }

    /// <summary>Reads the backend's list when it is time: at most once per interval, and seldom where that takes long or fails.</summary>
    /// <param name="maySpend">Asked before a request is made.</param>
    /// <param name="cancellationToken">The term is over.</param>
    /// <returns>How long until it is time; null while it is read, or the budget is spent.</returns>
    public TimeSpan? LookAtList(Func<bool> maySpend, CancellationToken cancellationToken)
    {
        if (_isListing) return null;
        var wait = _lookedAtListAt + _listPause - Now;
        if (_listPause > TimeSpan.Zero && wait > TimeSpan.Zero) return wait;
        if (!maySpend()) return null;
        _isListing = true;
        _ = LookAtListAsync(cancellationToken);
        return null;
    }

    /// <summary>A look at the list is over.</summary>
    public void TakeListing(in FinishedListing listing)
    {
        _isListing = false;
        _lookedAtListAt = Now;
        _listFailures = listing.PipelineIds is null ? _listFailures + 1 : 0;
        var pause = listing.PipelineIds is null ? cadence.Interval * (1 << Math.Min(_listFailures, 16)) : ListRest * listing.Duration;
        _listPause = Longer(cadence.Interval, pause < LongestListPause ? pause : LongestListPause);
    }

    /// <summary>The list may show something new: it is read again as soon as an interval has passed.</summary>
    public void LookAtListSoon()
    {
        if (_listFailures == 0 && _listPause > cadence.Interval) _listPause = cadence.Interval;
    }

    private KnownAnswer? Known(string pipelineId) =>
        _documents.TryGetValue(pipelineId, out var document) && document.IsEmpty ? null : _answers.GetValueOrDefault(pipelineId);

    private async ValueTask<BackendAnswer> ReadOneAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken) =>
        BackendAnswer.Of(await backend.ReadAsync(pipelineId, known, cancellationToken));

    private async Task ReadAsync(
        IReadOnlyList<string> pipelineIds, Func<ValueTask<BackendAnswer>> readAsync, long updateNumber, CancellationToken cancellationToken)
    {
        var begunAt = timeProvider.GetTimestamp();
        BackendAnswer answer;
        try
        {
            answer = await readAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            metrics.ReadAbandoned();
            return;
        }
#pragma warning disable CA1031 // a fault in one request must not end the polling of all
        catch (Exception e)
#pragma warning restore CA1031
        {
            answer = BackendAnswer.Failed(pipelineIds, new PipelineReading("", PipelineCondition.Error, Reason: e.ToString()));
        }

        var endedAt = timeProvider.GetTimestamp();
        metrics.RequestFinished(answer.Readings.Count > 0 ? answer.Readings[0].Condition : PipelineCondition.Ok, timeProvider.GetElapsedTime(begunAt, endedAt));
        inbox.Finish(new FinishedRead(answer, updateNumber, begunAt, endedAt));
    }

    private async Task LookAtListAsync(CancellationToken cancellationToken)
    {
        IReadOnlySet<string>? pipelineIds = null;
        var begunAt = Now;
        try
        {
            pipelineIds = (await list.ReadAsync(cancellationToken)).PipelineIds;
        }
        catch (BackendException)
        {
            // A backend may have no list; then nobody can say what is to come.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        inbox.List(new FinishedListing(pipelineIds, Now - begunAt));
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
