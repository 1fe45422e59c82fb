using PipelineAspire.StatusStream.Client;

namespace PipelineAspire.Web.Demo;

/// <summary>Streams that come in by Web's front door, as everybody's do.</summary>
internal sealed class ProofAudience : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _over = new();
    private readonly ProofListener[] _listeners;
    private readonly Task[] _listening;

    public ProofAudience(Uri web, string? cookie, int streams, IReadOnlyList<string> pipelines, TimeProvider timeProvider)
    {
        _http = new HttpClient { BaseAddress = web, Timeout = Timeout.InfiniteTimeSpan };
        if (!string.IsNullOrEmpty(cookie)) _http.DefaultRequestHeaders.Add("Cookie", cookie);
        var client = new StatusStreamClient(_http, new StatusStreamClientOptions { ReconnectDelay = TimeSpan.FromMilliseconds(250) }, timeProvider);
        _listeners = [.. Enumerable.Range(0, streams).Select(_ => new ProofListener(pipelines))];
        _listening = [.. _listeners.Select(listener => listener.ListenAsync(client, _over.Token))];
    }

    public int Streams => _listeners.Length;

    public int Reconnects => _listeners.Sum(listener => listener.Reconnects);

    public Comparison Compare(IReadOnlyList<string> truth) => _listeners.Aggregate(default(Comparison), (sum, listener) => sum + listener.Compare(truth));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
        _http.Dispose();
    }
}
