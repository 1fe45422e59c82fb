using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace PipelineAspire.FakePipelineBackend.Tests.Hosting;

/// <summary>The whole backend on a real Kestrel and a free port of 127.0.0.1, without the demo, with control.</summary>
public sealed class RunningBackend : IAsyncDisposable
{
    /// <summary>Long enough for a slow machine, short enough that a hanging test is noticed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["urls"] = "http://127.0.0.1:0",
        ["FakeBackend:Demo"] = "false",
        ["environment"] = "Development", // else /control needs a key
        ["Control:Enabled"] = "true",
        ["Logging:LogLevel:Default"] = "None",
    };

    private RunningBackend(WebApplication app)
    {
        App = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = Patience };
    }

    public WebApplication App { get; }

    public HttpClient Http { get; }

    /// <summary>Starts a backend; settings given here take the place of the tests' defaults.</summary>
    public static async Task<RunningBackend> StartAsync(TimeProvider clock, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(Defaults, StringComparer.Ordinal);
        foreach (var (name, value) in settings) all[name] = value;

        var app = Program.Build([.. all.Select(setting => $"--{setting.Key}={setting.Value}")], services => services.AddSingleton(clock));
        try
        {
            await app.StartAsync().WaitAsync(Patience);
            return new RunningBackend(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Http.SendAsync(request);
    }

    /// <summary>A control request that must succeed.</summary>
    public async Task ControlAsync(HttpMethod method, string path, string? json = null)
    {
        using var response = await SendAsync(method, $"/control/{path}", json);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    public Task SetAsync(string id, string status) =>
        ControlAsync(HttpMethod.Put, $"pipelines/{id}", $$"""{"overall_status":"{{status}}"}""");

    public async Task<string?> StatusAsync(string id)
    {
        using var response = await Http.GetAsync($"/pipeline/{id}/health");
        return (await response.JsonAsync()).GetProperty("overall_status").GetString();
    }
}
