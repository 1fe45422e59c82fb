using System.Net;
using System.Text;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>Somebody at a host, with what shows who it is.</summary>
/// <param name="http">Keeps no cookies.</param>
/// <param name="header">The credentials; null for none.</param>
/// <param name="query">What else stands in every URL.</param>
internal sealed class Caller(HttpClient http, (string Name, string Value)? header, string? query = null)
{
    private const string Api = "/ui-api/pipeline";

    /// <summary>Asks for something under the hub's prefix.</summary>
    public async Task<Answer> AskAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, Api + path, json, headers);
        return Answer.Of(response, await response.Content.ReadAsStringAsync().Soon());
    }

    /// <summary>Asks for a stream, which may be refused.</summary>
    public async Task<OpenStream> OpenAsync(string streamQuery, params (string Name, string Value)[] headers)
    {
        var response = await SendAsync(HttpMethod.Get, $"{Api}/status/stream?{streamQuery}", json: null, headers);
        return await OpenStream.ReadAsync(response);
    }

    /// <summary>Asks for anything of the host; read as soon as its headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        var target = query is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
        using var request = new HttpRequestMessage(method, new Uri(target, UriKind.Relative));
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        if (header is { } own) Assert.True(request.Headers.TryAddWithoutValidation(own.Name, own.Value));
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
    }
}

/// <summary>A stream that somebody has asked for, or the refusal.</summary>
internal sealed class OpenStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader? _reader;

    private OpenStream(HttpResponseMessage response, StreamReader? reader, string refusal)
    {
        (_response, _reader) = (response, reader);
        Head = Answer.Of(response, refusal);
    }

    /// <summary>The answer before its first event; all of it, if it is none that has events.</summary>
    public Answer Head { get; }

    public bool IsOpen => _reader is not null;

    public static async Task<OpenStream> ReadAsync(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.OK
        ? new OpenStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()), "")
        : new OpenStream(response, reader: null, await response.Content.ReadAsStringAsync().Soon());

    /// <summary>Its events up to the first that is so, with the lines of their ids.</summary>
    public async Task<IReadOnlyList<string>> UntilAsync(Func<string, bool> isLast)
    {
        List<string> events = [];
        while (events.Count == 0 || !isLast(events[^1])) events.Add(await NextAsync());
        return events;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _response.Dispose();
    }

    private async Task<string> NextAsync()
    {
        var text = new StringBuilder();
        while (true)
        {
            var line = await _reader!.ReadLineAsync(CancellationToken.None).Soon() ?? throw new IOException($"The stream has ended: {text}");
            if (line.Length > 0) text.Append(line).Append('\n');
            else if (text.ToString() is var whole && !whole.StartsWith("retry:", StringComparison.Ordinal)) return whole;
            else text.Clear();
        }
    }
}
