using System.Runtime.CompilerServices;

namespace PipelineAspire.StatusStream.Client;

/// <summary>
/// Watches pipelines over the status stream, for as long as it is asked to: reconnects, resumes where it was, and
/// notices a connection that died in silence. Thread-safe; each watch has a connection of its own.
/// </summary>
/// <example>
/// <code>
/// var client = new StatusStreamClient(new HttpClient { BaseAddress = new Uri("http://localhost:5080") });
/// await foreach (var told in client.WatchAsync(["orders", "billing"], cancellationToken))
/// {
///     switch (told)
///     {
///         case BatchUpdate batch: foreach (var (id, status) in batch.Updates) Show(id, status); break;
///         case StatusUpdate update: Show(update.PipelineId, update.Status); break;
///         case StreamError { Code: StreamError.PollingStalled } stalled: ShowStale(stalled.Message); break;
///         case ConnectionLost lost: ShowStale(lost.Reason); break;
///     }
/// }
/// </code>
/// </example>
public sealed class StatusStreamClient
{
    /// <summary>
    /// What the clients' meter and activity source are called: streams that are open, events, connections lost; a trace for each attempt to connect.
    /// </summary>
    public const string TelemetryName = "PipelineAspire.StatusStream.Client";

    private readonly HttpClient _http;
    private readonly StatusStreamClientOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Random _random;

    /// <summary>A client of one service.</summary>
    /// <param name="http">
    /// Sends the requests and adds what they need (credentials, unless <see cref="StatusStreamClientOptions.AccessToken"/> gives them). It needs a
    /// <see cref="HttpClient.BaseAddress"/> unless the endpoint is absolute; a path in it counts only when the
    /// <see cref="StatusStreamClientOptions.Endpoint"/> does not begin with a slash. A handler that retries or times out by itself only gets in the way.
    /// </param>
    /// <param name="options">How to connect; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="random">Spreads attempts to reconnect; null for the shared one.</param>
    /// <exception cref="ArgumentException">An option makes no sense; the message names it.</exception>
    public StatusStreamClient(HttpClient http, StatusStreamClientOptions? options = null, TimeProvider? timeProvider = null, Random? random = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        _http = http;
        _options = options ?? new StatusStreamClientOptions();
        StatusStreamClientOptions.Validate(_options);
        if (!_options.Endpoint.IsAbsoluteUri && http.BaseAddress is null)
        {
            throw new ArgumentException($"Give the HttpClient a BaseAddress, or an absolute {nameof(StatusStreamClientOptions.Endpoint)}.", nameof(http));
        }

        _timeProvider = timeProvider ?? TimeProvider.System;
        _random = random ?? Random.Shared;
    }

    /// <summary>
    /// Watches until cancelled or left. Events come in the order of the stream; none older than one before it, across
    /// reconnects too. A slow reader misses intermediate statuses, never the latest.
    /// </summary>
    /// <param name="pipelineIds">What to watch: 1 to 500 ids (the server's own limit may differ), each 1 to 128 of <c>A-Z a-z 0-9 . _ -</c>.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="ArgumentException">There is no id, or one is empty.</exception>
    /// <exception cref="StatusStreamSignedOutException">The server wants to know who asks, while enumerating: a fresh token was refused too, or there is none.</exception>
    /// <exception cref="StatusStreamRefusedException">The server refused for good, while enumerating: a 4xx answer other than 408 and 429.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled, while enumerating.</exception>
    public IAsyncEnumerable<StatusEvent> WatchAsync(IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipelineIds);
        if (pipelineIds.Count == 0 || pipelineIds.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("Name at least one pipeline, and none without an id.", nameof(pipelineIds));
        }

        var fields = _options.Fields ? "&fields=1" : "";
        var address = $"{_options.Endpoint.OriginalString}?pipelineIds={string.Join(',', pipelineIds.Select(Uri.EscapeDataString))}{fields}";
        return RunAsync(address, cancellationToken);
    }

    private async IAsyncEnumerable<StatusEvent> RunAsync(string address, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var policy = new ReconnectPolicy(_options, _random);
        var told = new ToldPipelines();
        string? lastEventId = null;
        var isRenewed = false;
        while (true)
        {
            Loss loss;
            told.Connect();
            var known = lastEventId is not null && told.Hash is { } hash ? $"&known={hash}" : "";
            var url = new Uri(address + known, UriKind.RelativeOrAbsolute);
            await using (var connection = new StreamConnection(_http, url, lastEventId, _options, _timeProvider, cancellationToken))
            {
                if (await connection.OpenAsync())
                {
                    yield return new ConnectionOpened();
                    while (await connection.NextAsync() is { } said) yield return told.Take(said);
                }

                lastEventId = connection.LastEventId;
                if (connection.WasHealthy)
                {
                    policy.Reset();
                    isRenewed = false;
                }

                loss = connection.Loss;
                if (loss.SignedOut is { } signedOut)
                {
                    // Fresh credentials are worth one attempt, where there is somebody who may have some.
                    if (isRenewed || (_options.AccessToken is null && !connection.WasOpen)) throw signedOut;
                    isRenewed = true;
                }
            }

            var delay = policy.Next(loss);
            ClientTelemetry.Lost();
            yield return new ConnectionLost(loss.Reason, policy.Failures, delay);
            await Task.Delay(delay, _timeProvider, cancellationToken);
        }
    }
}
