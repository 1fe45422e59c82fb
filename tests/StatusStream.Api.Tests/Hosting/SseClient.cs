using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>One event as it came over the wire.</summary>
internal sealed record SseEvent(string Event, string? Id, JsonElement Data)
{
    public string Text(string name) => Data.GetProperty(name).GetString()!;

    /// <summary>The pipelines of a batch with their statuses, in the order of their ids.</summary>
    public string Batch => string.Join(' ', Data.GetProperty("updates").EnumerateArray()
        .Select(update => $"{update.GetProperty("pipelineId").GetString()}={update.GetProperty("status").GetString()}").Order(StringComparer.Ordinal));

    private string Revision => Data.TryGetProperty("revision", out var revision) ? $"{revision} " : "";

    /// <summary>The event in one line: <c>orders active->paused</c>.</summary>
    public override string ToString() => Text("type") switch
    {
        "batch_update" => $"batch {Revision}{(Data.TryGetProperty("partial", out var partial) && partial.GetBoolean() ? "partial " : "")}{Batch}".TrimEnd(),
        "status_update" => $"{Text("pipelineId")} {(Data.TryGetProperty("previousStatus", out var previous) ? previous.GetString() : "")}->{Text("status")}",
        "error" => $"{Text("code")} {(Data.TryGetProperty("pipelineId", out var id) ? id.GetString() : "")}".TrimEnd(),
        var type => type,
    };
}

/// <summary>A client of the stream over a plain socket; strict about what it is sent.</summary>
internal sealed class SseClient : IDisposable
{
    private readonly TcpClient _tcp = new();
    private StreamReader _reader = StreamReader.Null;

    public string Head { get; private set; } = "";

    public static Task<SseClient> OpenAsync(int port, string pipelineIds, string headers = "") =>
        OpenTargetAsync(port, $"/ui-api/pipeline/status/stream?pipelineIds={pipelineIds}", headers);

    /// <summary>Opens a stream; on return its headers and its preamble have come.</summary>
    public static async Task<SseClient> OpenTargetAsync(int port, string target, string headers = "")
    {
        var client = new SseClient();
        await client._tcp.ConnectAsync(IPAddress.Loopback, port).Soon();
        await client._tcp.GetStream()
            .WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{headers}\r\n"))
            .Soon();
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client._tcp.GetStream().ReadAsync(one).Soon() == 0) throw new IOException($"Closed after: {head}");
            head.Append((char)one[0]);
        }

        client.Head = head.ToString();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", client.Head, StringComparison.Ordinal);
        Stream body = new ChunkedStream(client._tcp.GetStream());
        if (client.Head.Contains("\r\nContent-Encoding: gzip\r\n", StringComparison.Ordinal)) body = new GZipStream(body, CompressionMode.Decompress);
        client._reader = new StreamReader(
            body, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
        Assert.Equal("retry: 1000", await client.LineAsync());
        Assert.Equal("", await client.LineAsync());
        return client;
    }

    /// <summary>The next event; null when the server has ended the stream.</summary>
    public async Task<SseEvent?> NextOrEndAsync()
    {
        var name = await LineAsync();
        if (name is null) return null;
        Assert.StartsWith("event: ", name, StringComparison.Ordinal);
        string? id = null;
        var line = await LineAsync();
        if (line!.StartsWith("id: ", StringComparison.Ordinal))
        {
            id = line[4..];
            line = await LineAsync();
        }

        Assert.StartsWith("data: ", line, StringComparison.Ordinal);
        Assert.Equal("", await LineAsync());
        return new SseEvent(name[7..], id, JsonDocument.Parse(line![6..]).RootElement);
    }

    public async Task<SseEvent> NextAsync() => await NextOrEndAsync() ?? throw new IOException("The server has ended the stream.");

    /// <summary>The next event as text, heartbeats passed over.</summary>
    public async Task<string> NextTextAsync() => (await NextAsync()).ToString();

    /// <summary>Reads on until it is told what the stream is changed by.</summary>
    public async Task<string> HandleAsync() => (await UntilAsync("stream")).Text("stream");

    /// <summary>Reads on until an event is this one.</summary>
    public async Task<SseEvent> UntilAsync(string text)
    {
        while (true)
        {
            var next = await NextAsync();
            if (next.ToString() == text) return next;
        }
    }

    public void Dispose() => _tcp.Dispose();

    private Task<string?> LineAsync() => _reader.ReadLineAsync(CancellationToken.None).Soon();
}
