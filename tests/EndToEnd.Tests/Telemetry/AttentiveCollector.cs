using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace PipelineAspire.EndToEnd.Tests.Telemetry;

/// <summary>A collector that thanks for everything, by OTLP over HTTP.</summary>
internal sealed class AttentiveCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly Task _answering;

    public AttentiveCollector()
    {
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}/"));
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _answering = AnswerAsync();
    }

    public Uri Address { get; }

    /// <summary>What it was told of: <c>logs</c>, <c>metrics</c>, <c>traces</c>.</summary>
    public IReadOnlySet<string> Told => _told.ToHashSet();

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering.WaitAsync(Bounded.Patience);
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await context.Request.InputStream.CopyToAsync(Stream.Null);
                _told.Enqueue(context.Request.Url!.Segments[^1]);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
