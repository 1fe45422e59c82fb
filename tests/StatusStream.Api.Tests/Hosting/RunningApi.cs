using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.Processes;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>The whole replica on a real Kestrel and a free port of 127.0.0.1, with a backend of the test's own.</summary>
internal sealed class RunningApi : IAsyncDisposable
{
    private RunningApi(WebApplication app, KestrelBackend backend)
    {
        App = app;
        Backend = backend;
        Url = new Uri(app.Urls.Single());
        Http = new HttpClient { BaseAddress = Url, Timeout = Patience.Limit };
    }

    public WebApplication App { get; }

    public KestrelBackend Backend { get; }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public StreamRegistry Streams => App.Services.GetRequiredService<StreamRegistry>();

    public WatchList WatchList => App.Services.GetRequiredService<WatchList>();

    /// <summary>Starts a replica that polls every 50 ms; settings given here take the place of the tests' defaults.</summary>
    public static Task<RunningApi> StartAsync(params (string Name, string Value)[] settings) => StartAsync(replace: null, settings);

    /// <summary>The same, with a service of the test's own.</summary>
    public static async Task<RunningApi> StartAsync(Action<IServiceCollection>? replace, params (string Name, string Value)[] settings)
    {
        var backend = await KestrelBackend.StartAsync();
        var all = new Dictionary<string, string>(NoLimits.Settings, StringComparer.Ordinal)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["PipelineBackend:BaseUrl"] = backend.Url,
            ["StatusStream:PollInterval"] = "00:00:00.050",
            ["StatusStream:RequestTimeout"] = "00:00:05",
            ["Logging:LogLevel:Default"] = "None",
            ["hostBuilder:reloadConfigOnChange"] = "false", // each watch on a file is one of 128 that a user may have
        };
        foreach (var (name, value) in settings) all[name] = value;
        var app = Api.Program.Build([.. all.Select(setting => $"--{setting.Key}={setting.Value}")], replace);
        try
        {
            await app.StartAsync().Soon();
            return new RunningApi(app, backend);
        }
        catch
        {
            await app.DisposeAsync();
            await backend.DisposeAsync();
            throw;
        }
    }

    /// <summary>Header lines that every stream is asked for with.</summary>
    public string StreamHeaders { get; set; } = "";

    public Task<SseClient> StreamAsync(params string[] pipelineIds) => SseClient.OpenAsync(Url.Port, string.Join(',', pipelineIds), StreamHeaders);

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative)).Soon();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync().Soon();
        await Backend.DisposeAsync();
    }
}
