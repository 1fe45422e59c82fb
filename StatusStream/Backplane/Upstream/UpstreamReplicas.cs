using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>
/// The replicas of the hub upstream, and which of them to ask: the one that has the stream first, one that has just failed last. Tells
/// a replica that is slow from one that is silent: an answer may take its time, that it lives may not. Thread-safe.
/// </summary>
internal sealed class UpstreamReplicas
{
    public const string HttpClientName = "upstream";

    /// <summary>How long a replica may say nothing before it is asked whether it lives, and how long it may take to say so.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>So many times as long the last replica may take, when there is none left to ask.</summary>
    private const int LastPatience = 3;

    private static readonly TimeSpan FailedFor = TimeSpan.FromSeconds(5);

    private readonly IHttpClientFactory _clients;
    private readonly UpstreamToken _token;
    private readonly TimeProvider _timeProvider;
    private readonly ConcurrentDictionary<Uri, long> _failedAt = new();
    private readonly Uri[] _addresses;
    private readonly string _prefix;
    private Uri? _preferred;

    public UpstreamReplicas(
        IOptions<UpstreamOptions> options, UpstreamToken token, IConfiguration configuration, IHttpClientFactory clients, TimeProvider timeProvider)
    {
        (_token, _clients, _timeProvider) = (token, clients, timeProvider);
        _addresses = [.. UpstreamAddresses.Find(configuration, new Uri(options.Value.Upstream!))];
        _prefix = options.Value.UpstreamPrefix.Trim('/');
        Random.Shared.Shuffle(_addresses); // so that several hubs do not all take the first
    }

    /// <summary>The replicas in the order in which they are asked.</summary>
    public IReadOnlyList<Uri> InOrder
    {
        get
        {
            var preferred = Volatile.Read(ref _preferred);
            return [.. _addresses.OrderBy(HasFailed).ThenByDescending(address => address == preferred)];
        }
    }

    /// <summary>The address of an endpoint of a replica.</summary>
    public Uri Of(Uri address, string path) => new(address, (_prefix + path).TrimStart('/'));

    /// <summary>This one has the stream.</summary>
    public void Prefer(Uri address)
    {
        Volatile.Write(ref _preferred, address);
        _failedAt.TryRemove(address, out _);
    }

    /// <summary>This one cannot be reached, is silent, full or going away.</summary>
    public void NoteFailure(Uri address)
    {
        _failedAt[address] = _timeProvider.GetTimestamp();
        Interlocked.CompareExchange(ref _preferred, null, address);
    }

    /// <summary>
    /// Sends a request to one replica after the other, until one has an answer that is no refusal; the last answer counts. What may have been
    /// received is not repeated unless that does no harm.
    /// </summary>
    /// <param name="make">Makes the request for an address.</param>
    /// <param name="mayRepeat">True for what does no harm when it is received twice.</param>
    /// <param name="isRefusal">What makes another replica worth asking, beside 503.</param>
    /// <param name="within">How long one replica may take, the last of them three times as long; null for as long as it lives.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="UpstreamException">None has answered.</exception>
    public async Task<(HttpResponseMessage Answer, Uri Address)> SendAsync(
        Func<Uri, HttpRequestMessage> make, bool mayRepeat, Func<HttpResponseMessage, bool>? isRefusal, TimeSpan? within, CancellationToken cancellationToken)
    {
        var left = InOrder;
        var why = "";
        var mayBeReceived = false;
        for (var i = 0; i < left.Count; i++)
        {
            var (address, isLast) = (left[i], i + 1 == left.Count);
            try
            {
                var patience = (within ?? Patience) * (isLast ? LastPatience : 1);
                var answer = await SendAsync(address, make(address), patience, mayTakeLonger: within is null, cancellationToken);
                var isRefused = answer.StatusCode == HttpStatusCode.ServiceUnavailable || isRefusal?.Invoke(answer) == true;
                if (!isRefused || isLast || !mayRepeat) return (answer, address); // a refusal may be the backend's, which was asked already
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) NoteFailure(address);
                why = $"{address.Authority} answered {(int)answer.StatusCode}";
                answer.Dispose();
            }
            catch (HttpRequestException e)
            {
                NoteFailure(address);
                why = $"{address.Authority} cannot be reached ({FailureMessage.Of(e)})";
                mayBeReceived |= e.HttpRequestError != HttpRequestError.ConnectionError;
                if (!mayRepeat && mayBeReceived) break;
            }
            catch (TimeoutException)
            {
                NoteFailure(address);
                why = $"{address.Authority} is silent";
                mayBeReceived = true;
                if (!mayRepeat) break;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                NoteFailure(address);
                why = $"{address.Authority} cannot be reached in time"; // what the handler says of a connection that was never made
            }
        }

        throw new UpstreamException(why) { MayBeReceived = mayBeReceived };
    }

    private async Task<HttpResponseMessage> SendAsync(
        Uri address, HttpRequestMessage request, TimeSpan patience, bool mayTakeLonger, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var sent = request;
        request.Headers.Authorization ??= _token.Credentials;
        var http = _clients.CreateClient(HttpClientName);
        var answer = http.SendAsync(sent, HttpCompletionOption.ResponseHeadersRead, giveUp.Token);
        while (true)
        {
            try
            {
                return await answer.WaitAsync(patience, _timeProvider, cancellationToken);
            }
            catch (TimeoutException)
            {
                if (mayTakeLonger && await LivesAsync(http, address, cancellationToken)) continue;
                await giveUp.CancelAsync();
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (answer.IsCompletedSuccessfully) return await answer;
                throw;
            }
        }
    }

    private async Task<bool> LivesAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        using var giveUp = new CancellationTokenSource(Patience, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, giveUp.Token);
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "alive"), either.Token);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private bool HasFailed(Uri address) => _failedAt.TryGetValue(address, out var at) && _timeProvider.GetElapsedTime(at) < FailedFor;
}
