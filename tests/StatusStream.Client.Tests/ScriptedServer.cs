using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;

namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>A server that answers each request as the test says, and keeps what it was asked.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Channel<Func<CancellationToken, Task<HttpResponseMessage>>> _answers =
        Channel.CreateUnbounded<Func<CancellationToken, Task<HttpResponseMessage>>>();

    public List<HttpRequestMessage> Requests { get; } = [];

    /// <summary>Answers the next request with a stream that the test writes.</summary>
    public ScriptedStream Stream()
    {
        var stream = new ScriptedStream();
        var content = new StreamContent(stream.Reader);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        Answer(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        return stream;
    }

    public void Answer(HttpResponseMessage response) => _answers.Writer.TryWrite(_ => Task.FromResult(response));

    public void Answer(HttpStatusCode status) => Answer(new HttpResponseMessage(status));

    public void Fail() => Fail(new HttpRequestException("connection refused"));

    public void Fail(HttpRequestException failure) => _answers.Writer.TryWrite(_ => throw failure);

    /// <summary>Never answers the next request.</summary>
    public void Hang() => _answers.Writer.TryWrite(async token =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        throw new InvalidOperationException("never");
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        var answer = await _answers.Reader.ReadAsync(cancellationToken);
        return await answer(cancellationToken);
    }
}
