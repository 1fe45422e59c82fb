using System.Net;
using System.Text.RegularExpressions;

namespace PipelineAspire.LocalHosting.Tests.Dashboard;

/// <summary>A running application with a dashboard on a free port, and somebody who was let in.</summary>
public sealed partial class DashboardHost : IAsyncLifetime
{
    private RunningHost? _host;
    private HttpClient? _http;

    internal RunningHost Host => _host!;

    /// <summary>Has the cookie; follows no redirect.</summary>
    internal HttpClient Http => _http!;

    internal Uri Login { get; private set; } = null!;

    internal string Origin => Login.GetLeftPart(UriPartial.Authority);

    public async Task InitializeAsync()
    {
        _host = RunningHost.Start("chain", "--urls=http://localhost:0");
        var line = await _host.LineAsync("Dashboard: ");
        Login = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]);
        _http = Visitor();
        await _host.LineAsync("everything is up");
        using var welcome = await Http.GetAsync(Login);
        Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);
    }

    public async Task DisposeAsync()
    {
        _http?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
    }

    /// <summary>Somebody who was not let in yet.</summary>
    internal HttpClient Visitor() => new(new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = new Uri(Origin),
        Timeout = RunningHost.Patience,
    };

    /// <summary>What stands in every form of the dashboard's own pages.</summary>
    internal async Task<string> AntiforgeryAsync() => Secret().Match(await PageAsync("/")).Groups[1].Value;

    internal Task<string> PageAsync(string path) => Http.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>Presses a button.</summary>
    internal async Task<HttpResponseMessage> CommandAsync(string target, string command, string? origin = null, string? antiforgery = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/commands/{target}/{command}");
        request.Content = new FormUrlEncodedContent([new("antiforgery", antiforgery ?? await AntiforgeryAsync())]);
        request.Headers.Add("Origin", origin ?? Origin);
        request.Headers.Accept.ParseAdd("application/json");
        return await Http.SendAsync(request);
    }

    [GeneratedRegex("name=\"antiforgery\" value=\"([0-9a-f]{32})\"")]
    private static partial Regex Secret();
}
