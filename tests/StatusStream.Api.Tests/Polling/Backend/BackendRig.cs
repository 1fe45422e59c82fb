using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>A replica's own client, set up as for the whole replica, and the backend that it reads.</summary>
internal sealed class BackendRig : IAsyncDisposable
{
    private readonly WebApplication _replica;
    private bool _ownsBackend;

    private BackendRig(KestrelBackend backend, WebApplication replica)
    {
        Backend = backend;
        _replica = replica;
        Client = replica.Services.GetRequiredService<IPipelineBackend>();
    }

    public KestrelBackend Backend { get; }

    public IPipelineBackend Client { get; }

    public static async Task<BackendRig> StartAsync(params (string Name, string Value)[] settings)
    {
        var rig = On(await KestrelBackend.StartAsync(), null, settings);
        rig._ownsBackend = true;
        return rig;
    }

    /// <summary>The same with a backend that is the test's own.</summary>
    public static BackendRig On(KestrelBackend backend, Action<IServiceCollection>? replace, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["PipelineBackend:BaseUrl"] = backend.Url,
            ["StatusStream:RequestTimeout"] = "00:00:10",
            ["Logging:LogLevel:Default"] = "None",
            ["hostBuilder:reloadConfigOnChange"] = "false",
        };
        foreach (var (name, value) in settings) all[name] = value;
        return new BackendRig(backend, Api.Program.Build([.. all.Select(setting => $"--{setting.Key}={setting.Value}")], replace));
    }

    /// <summary>An answer with headers.</summary>
    public static RequestDelegate Json(string json, params (string Name, string Value)[] headers) => context =>
    {
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return KestrelBackend.Json(json)(context);
    };

    /// <summary>A failure with headers.</summary>
    public static RequestDelegate Code(int statusCode, params (string Name, string Value)[] headers) => context =>
    {
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return KestrelBackend.Code(statusCode)(context);
    };

    /// <summary>An answer with a tag, and 304 to those who have it.</summary>
    public static RequestDelegate Tagged(string json, string tag, params (string Name, string Value)[] headers) => context =>
        (context.Request.Headers.IfNoneMatch == tag ? Code(304, [("ETag", tag), .. headers]) : Json(json, [("ETag", tag), .. headers]))(context);

    public async Task<PipelineReading> ReadAsync(string pipelineId = "a", KnownAnswer? known = null) =>
        await Client.ReadAsync(pipelineId, known, CancellationToken.None).Soon();

    public async Task<BackendAnswer> ReadBatchAsync(params string[] pipelineIds) => await Client.ReadBatchAsync(pipelineIds, CancellationToken.None).Soon();

    public async Task<PipelineListing> ListAsync(PipelineListing? known = null) => await Client.ListAsync(known, CancellationToken.None).Soon();

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        if (_ownsBackend) await Backend.DisposeAsync();
    }
}
