using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>
/// A client that changes what it watches by watch requests, each at a replica of its own choice; it opens another stream only when one is
/// lost or a change is not acknowledged. It holds all it is told against what the backend did and what it asked for.
/// </summary>
internal sealed class ChangingClient : IAsyncDisposable
{
    private static readonly TimeSpan AcknowledgedWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly Backend _backend;
    private readonly IReadOnlyList<Uri> _replicas;
    private readonly Random _random;
    private readonly HttpClient _http = new() { Timeout = Bounded.Patience };
    private readonly CancellationTokenSource _leaving = new();
    private readonly Lock _gate = new();
    private readonly HashSet<string> _wanted;
    private readonly Dictionary<string, int> _told = new(StringComparer.Ordinal);
    private readonly Queue<(long Revision, HashSet<string> Watched)> _promised = new();
    private readonly Task _watching;
    private HashSet<string> _acknowledged = [];
    private CancellationTokenSource _stream = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _handle;
    private string? _lastEventId;
    private long _revision;
    private int _streams;

    public ChangingClient(Backend backend, IReadOnlyList<Uri> replicas, int seed)
    {
        (_backend, _replicas, _random) = (backend, replicas, new Random(seed));
        _wanted = new HashSet<string>(backend.PipelineIds.Where((_, index) => (index + seed) % 3 == 0), StringComparer.Ordinal);
        _watching = WatchAsync();
    }

    /// <summary>What it was told that breaks a promise.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>How many streams it has had.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>The longest that a watch request waited for its answer, of whatever kind.</summary>
    public TimeSpan LongestAnswer { get; private set; }

    /// <summary>How many requests were accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>True when all it asked for is acknowledged, and it believes the truth of each pipeline that it watches.</summary>
    public bool IsRight
    {
        get
        {
            lock (_gate) return _handle is not null && _promised.Count == 0 && _wanted.All(id => _told.GetValueOrDefault(id, -1) == _backend[id].Latest);
        }
    }

    /// <summary>What it takes for true that is not.</summary>
    public string Wrong
    {
        get
        {
            lock (_gate)
            {
                var wrong = _wanted.Where(id => _told.GetValueOrDefault(id, -1) != _backend[id].Latest);
                return $"{(_handle is null ? "no stream, " : "")}{_promised.Count} unacknowledged, wrong: {string.Join(' ', wrong)}";
            }
        }
    }

    /// <summary>Watches other pipelines from now on, on the stream that it has if it has one.</summary>
    public async Task ChangeAsync()
    {
        object request;
        lock (_gate)
        {
            var changed = _backend.PipelineIds.Where(_ => _random.Next(4) == 0).ToList();
            string[] add = [.. changed.Where(id => !_wanted.Contains(id))];
            string[] remove = [.. changed.Where(_wanted.Contains).Take(_wanted.Count - 1)];
            _wanted.UnionWith(add);
            _wanted.ExceptWith(remove);
            if (_handle is null) return; // the stream to come is for them
            request = new { stream = _handle, revision = ++_revision, add, remove, visible = _wanted.Where(_ => _random.Next(2) == 0).ToArray() };
            _promised.Enqueue((_revision, [.. _wanted]));
        }

        var revision = _revision;
        if (!await AskAsync(request)) await _stream.CancelAsync();
        else if (!await IsAcknowledgedAsync(revision)) await _stream.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _stream.CancelAsync();
        await _watching.WaitAsync(Bounded.Patience);
        _leaving.Dispose();
        _stream.Dispose();
        _http.Dispose();
    }

    private async Task<bool> AskAsync(object request)
    {
        var asked = Bounded.Now;
        try
        {
            var replica = _replicas[_random.Next(_replicas.Count)];
            using var answer = await _http.PostAsJsonAsync(new Uri(replica, "ui-api/pipeline/status/stream/watch"), request, _leaving.Token);
            if (Bounded.Since(asked) > LongestAnswer) LongestAnswer = Bounded.Since(asked);
            if (answer.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.NotFound))
                Violations.Enqueue($"a watch request was answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            if (answer.StatusCode == HttpStatusCode.Accepted) Accepted++;
            return answer.StatusCode == HttpStatusCode.Accepted;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false; // the replica is gone
        }
    }

    private async Task<bool> IsAcknowledgedAsync(long revision)
    {
        var asked = Bounded.Now;
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_promised.All(promise => promise.Revision > revision)) return true;
                changed = _changed.Task;
            }

            var left = AcknowledgedWithin - Bounded.Since(asked);
            if (left <= TimeSpan.Zero || await Task.WhenAny(changed, Bounded.PassAsync(left)) != changed) return false;
        }
    }

    private async Task WatchAsync()
    {
        while (!_leaving.IsCancellationRequested)
        {
            _stream.Dispose();
            _stream = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
            try
            {
                await ReadAsync(_stream.Token);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // It comes back.
            }

            lock (_gate) _handle = null;
            if (!_leaving.IsCancellationRequested) await Bounded.PassAsync(RetryDelay);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        HashSet<string> watched;
        lock (_gate)
        {
            watched = [.. _wanted];
            _promised.Clear();
            _acknowledged = watched;
        }

        var query = $"ui-api/pipeline/status/stream?watch=1&pipelineIds={string.Join(',', watched)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_replicas[_random.Next(_replicas.Count)], query));
        if (_lastEventId is not null) request.Headers.Add("Last-Event-ID", _lastEventId);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        Interlocked.Increment(ref _streams);
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken)).EnumerateAsync(cancellationToken))
        {
            using var data = JsonDocument.Parse(item.Data);
            lock (_gate) Take(item, data.RootElement);
        }
    }

    private void Take(SseItem<string> item, JsonElement data)
    {
        if (item.EventId is { Length: > 0 } id) _lastEventId = id;
        switch (item.EventType)
        {
            case "stream":
                // The stream was asked for before it wanted what it wants now.
                _handle = data.GetProperty("stream").GetString();
                _revision = 0;
                if (!_acknowledged.SetEquals(_wanted)) _ = _stream.CancelAsync();
                break;
            case "batch_update":
                if (data.TryGetProperty("revision", out var revision)) Acknowledge(revision.GetInt64());
                foreach (var update in data.GetProperty("updates").EnumerateArray()) Believe(update);
                break;
            case "status_update":
                Believe(data);
                break;
            case "error" when data.TryGetProperty("pipelineId", out var pipelineId):
                Violations.Enqueue($"the backend is well, but: {data.GetProperty("code")} {pipelineId}");
                break;
        }

        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Acknowledge(long revision)
    {
        if (!_promised.TryDequeue(out var promise) || promise.Revision != revision)
        {
            Violations.Enqueue($"revision {revision} came in the place of {promise.Revision}");
            return;
        }

        _acknowledged = promise.Watched;
    }

    private void Believe(JsonElement update)
    {
        var id = update.GetProperty("pipelineId").GetString()!;
        var isWatched = _acknowledged.Contains(id) || _promised.Any(promise => promise.Watched.Contains(id));
        if (!isWatched) Violations.Enqueue($"told of {id}, which it does not watch");
        var status = update.GetProperty("status").GetString()!;
        if (_backend[id].Find(status, _told.GetValueOrDefault(id, -1)) is { } number) _told[id] = number;
        else Violations.Enqueue($"{id}: told {status} after {_told.GetValueOrDefault(id)} of {_backend[id].Latest}");
    }
}
