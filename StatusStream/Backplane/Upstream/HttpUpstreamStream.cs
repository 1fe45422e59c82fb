using System.Net.ServerSentEvents;
using System.Text.Json;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>A stream over HTTP.</summary>
internal sealed class HttpUpstreamStream : IUpstreamStream
{
    private readonly HttpResponseMessage _answer;
    private readonly Uri _address;
    private readonly Func<Uri, UpstreamChange, CancellationToken, Task<UpstreamAnswer>> _change;
    private readonly Action _failed;
    private readonly CancellationTokenSource _over = new();
    private readonly IAsyncEnumerator<SseItem<UpstreamEvent>> _events;
    private Task<bool>? _reading;
    private string? _handle;

    public HttpUpstreamStream(
        HttpResponseMessage answer, Stream body, Uri address, Func<Uri, UpstreamChange, CancellationToken, Task<UpstreamAnswer>> change, Action failed)
    {
        (_answer, _address, _change, _failed) = (answer, address, change, failed);
        _events = SseParser.Create(body, static (name, data) => UpstreamEvent.Read(name, data)).EnumerateAsync(_over.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    public async ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellationToken)
    {
        using var cancelling = cancellationToken.UnsafeRegister(static over => ((CancellationTokenSource)over!).Cancel(), _over);
        try
        {
            _reading = _events.MoveNextAsync().AsTask();
            if (!await _reading)
            {
                _failed(); // a hub ends no stream unless it goes away
                return null;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _failed();
            throw new UpstreamException($"{_address.Authority}: {FailureMessage.Of(e)}", e);
        }

        var item = _events.Current;
        _handle = item.Data.Handle ?? _handle;
        return item.EventId is { Length: > 0 } id && StatusVersion.TryParse(id, out var version) ? item.Data with { Version = version } : item.Data;
    }

    public Task<UpstreamAnswer> ChangeAsync(UpstreamChange change, CancellationToken cancellationToken) =>
        _change(_address, change with { Stream = _handle }, cancellationToken);

    public void MarkFailed() => _failed();

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _answer.Dispose(); // closes the connection, at which a read under way ends
        if (_reading is { } reading) await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _events.DisposeAsync();
        _over.Dispose();
    }
}
