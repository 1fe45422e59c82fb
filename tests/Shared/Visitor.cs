using System.Net;

namespace PipelineAspire.Tests.Shared;

/// <summary>
/// A browser as far as signing in goes: it keeps cookies, those that are for TLS alone too, as browsers do on localhost, and sends them to
/// every port of their host.
/// </summary>
internal sealed class Visitor : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Processes.Bounded.Patience };
    private readonly Dictionary<(string Host, string Name), string> _cookies = [];
    private readonly Uri _site;

    public Visitor(Uri site) => _site = site;

    /// <summary>The cookies that were set last, as they came.</summary>
    public List<string> SetCookies { get; } = [];

    public Uri Address { get; private set; } = new("about:blank");

    public string CookieHeader => string.Join("; ", _cookies.Where(cookie => cookie.Key.Host == _site.Host).Select(cookie => $"{cookie.Key.Name}={cookie.Value}"));

    /// <summary>Goes to a page and on as it leads, and reads it.</summary>
    public async Task<(HttpStatusCode Status, string Body)> VisitAsync(string path)
    {
        var next = new Uri(_site, path);
        for (var step = 0; step < 10; step++)
        {
            using var answer = await SendAsync(HttpMethod.Get, next);
            if (answer.Headers.Location is not { } location) return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
            next = new Uri(next, location);
        }

        throw new InvalidOperationException($"Led in circles, to {next} at last.");
    }

    /// <summary>One request, without going on; read as soon as its headers are there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri target, params (string Name, string Value)[] headers) =>
        SendAsync(method, target, body: null, headers);

    /// <summary>The same with a body.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri target, HttpContent? body, params (string Name, string Value)[] headers)
    {
        var address = target.IsAbsoluteUri ? target : new Uri(_site, target);
        using var request = new HttpRequestMessage(method, address) { Content = body };
        var cookies = string.Join("; ", _cookies.Where(cookie => cookie.Key.Host == address.Host).Select(cookie => $"{cookie.Key.Name}={cookie.Value}"));
        if (cookies.Length > 0) request.Headers.TryAddWithoutValidation("Cookie", cookies);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Address = address;
        if (answer.Headers.TryGetValues("Set-Cookie", out var set)) Take(address, [.. set]);
        return answer;
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, new Uri(path, UriKind.Relative), headers);

    public void Dispose() => _http.Dispose();

    private void Take(Uri address, string[] set)
    {
        SetCookies.Clear();
        SetCookies.AddRange(set);
        foreach (var cookie in set)
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0) _cookies.Remove((address.Host, pair[0]));
            else _cookies[(address.Host, pair[0])] = pair[1];
        }
    }
}
