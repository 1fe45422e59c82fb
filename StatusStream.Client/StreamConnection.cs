using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Client;

/// <summary>One connection to the stream, from the request to its end.</summary>
internal sealed class StreamConnection : IAsyncDisposable
{
    private const string EventStream = "text/event-stream";

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly StatusStreamClientOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _over;
    private readonly ITimer _silence;
    private HttpResponseMessage? _response;
    private SseParser<ServerEvent?>? _parser;
    private IAsyncEnumerator<SseItem<ServerEvent?>>? _items;
    private long _openedAt;
    private bool _isOpen;
    private bool _hasDelivered;
    private StreamError? _farewell;
    private Loss? _loss;

    public StreamConnection(
        HttpClient http, Uri address, string? lastEventId, StatusStreamClientOptions options, TimeProvider timeProvider, CancellationToken caller)
    {
        (_http, _address, LastEventId, _options, _timeProvider, _caller) = (http, address, lastEventId, options, timeProvider, caller);
        _over = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _silence = timeProvider.CreateTimer(
            static over => ((CancellationTokenSource)over!).Cancel(), _over, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The newest id seen, on this connection or before it.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>Why it is over; only when it is.</summary>
    public Loss Loss => _loss ?? throw new InvalidOperationException("The connection is not over.");

    /// <summary>True when it told something and was open for long enough.</summary>
    public bool WasHealthy => _hasDelivered && _timeProvider.GetElapsedTime(_openedAt) >= _options.HealthyAfter;

    /// <summary>True when it was open: whoever asked was known.</summary>
    public bool WasOpen => _isOpen;

    /// <summary>Connects. False when that failed for now, or for want of credentials.</summary>
    /// <exception cref="StatusStreamRefusedException">It failed for good.</exception>
    public async ValueTask<bool> OpenAsync()
    {
        using var trace = ClientTelemetry.StartConnect();
        _isOpen = await GuardAsync(ConnectAsync);
        if (_isOpen) ClientTelemetry.Opened();
        else trace?.SetStatus(ActivityStatusCode.Error, _loss?.Reason);
        return _isOpen;
    }

    /// <summary>The next event, or null when the connection is over.</summary>
    public async ValueTask<ServerEvent?> NextAsync() => await GuardAsync(ReadAsync);

    public async ValueTask DisposeAsync()
    {
        if (_isOpen) ClientTelemetry.Closed();
        if (_items is not null) await _items.DisposeAsync();
        _response?.Dispose();
        await _silence.DisposeAsync();
        _over.Dispose();
    }

    /// <summary>Runs a step with the watchdog awake, and takes what goes wrong for the end of the connection.</summary>
    private async ValueTask<T?> GuardAsync<T>(Func<ValueTask<T?>> step)
    {
        _caller.ThrowIfCancellationRequested();

        // Only while the server is waited for: time that the reader takes is not the server's silence.
        _silence.Change(_options.HeartbeatTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await step();
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            _loss = new Loss(
                _over.IsCancellationRequested
                    ? $"nothing was heard for {_options.HeartbeatTimeout.TotalSeconds:0.###} s"
                    : "the server did not answer in time");
        }
        catch (JsonException nonsense)
        {
            // The first batch of the next connection makes good what was lost.
            _loss = new Loss($"an event could not be read: {nonsense.Message}");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            _loss = new Loss(FailureMessage.Of(broken));
        }
        finally
        {
            _silence.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return default;
    }

    private async ValueTask<bool> ConnectAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(EventStream));
        request.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        if (LastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", LastEventId);
        if (_options.AccessToken is { } accessToken && await accessToken(_over.Token) is { Length: > 0 } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _over.Token);
        if (IsForNow(_response.StatusCode))
        {
            _loss = new Loss($"the server answered {(int)_response.StatusCode}", RetryAfter: RetryAfter(_response));
            return false;
        }

        var mediaType = _response.Content.Headers.ContentType?.MediaType;
        if (_response.StatusCode != HttpStatusCode.OK || mediaType != EventStream)
        {
            var refusal = await Refusal.ReadAsync(request.RequestUri!, _response, _over.Token);
            if (refusal is not StatusStreamSignedOutException signedOut) throw refusal;
            _loss = new Loss("the server answered 401", SignedOut: signedOut);
            return false;
        }

        _openedAt = _timeProvider.GetTimestamp();
        _parser = SseParser.Create(await _response.Content.ReadAsStreamAsync(_over.Token), static (name, data) => WireEvent.Read(name, data));
        _items = _parser.EnumerateAsync(_over.Token).GetAsyncEnumerator(CancellationToken.None);
        return true;
    }

    private async ValueTask<ServerEvent?> ReadAsync()
    {
        while (_farewell is null && await _items!.MoveNextAsync())
        {
            _hasDelivered = true;
            ClientTelemetry.Received();
            if (_parser!.LastEventId is { Length: > 0 } id) LastEventId = id;
            if (_items.Current.Data is not { } told)
            {
                _silence.Change(_options.HeartbeatTimeout, Timeout.InfiniteTimeSpan);
                continue; // of a type that this client does not know; still a sign of life
            }

            if (told is StreamError { Code: StreamError.ServerDraining or StreamError.SignedOut } farewell) _farewell = farewell;
            return told;
        }

        _loss = _farewell switch
        {
            { Code: StreamError.ServerDraining } => new Loss("the server is going away", IsDraining: true),
            { Message: var words } => new Loss("the credentials have run out", SignedOut: new StatusStreamSignedOutException($"The credentials have run out: {words}")),
            _ => new Loss("the server ended the stream"),
        };
        return null;
    }

    private static bool IsForNow(HttpStatusCode answer) => (int)answer >= 500 || answer is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is not { } header) return null;
        // A date is meant by the server's clock, so it is measured from the server's own Date where there is one.
        return header.Delta ?? (header.Date - (response.Headers.Date ?? _timeProvider.GetUtcNow()));
    }
}
