using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.Web.Proxy;

namespace PipelineAspire.Web.Demo;

/// <summary><c>/control</c> of FakePipelineBackend, and its own list of pipelines.</summary>
internal sealed class DemoBackend(IHttpClientFactory clients, IOptions<DemoOptions> options, IConfiguration configuration, TimeProvider time)
{
    private readonly Uri _address = ReplicaAddresses.Find(configuration, new Uri(options.Value.BaseUrl))[0];
    private volatile BackendList _list = BackendList.Empty;

    /// <summary>Null when it does not answer, or is a backend without <c>/control</c>.</summary>
    public async Task<BackendView?> LookAsync(CancellationToken cancellation)
    {
        try
        {
            var (stats, faults, script, list) = (GetAsync("control/stats", cancellation), GetAsync("control/faults", cancellation), GetAsync("control/script", cancellation), ListAsync(cancellation));
            await Task.WhenAll(stats, faults, script, list);
            var (statuses, updatedAt, asOf) = await list;
            return new BackendView(
                (await stats).GetProperty("total").GetInt64(),
                (await stats).GetProperty("pipelines").EnumerateObject().ToDictionary(pipeline => pipeline.Name, pipeline => pipeline.Value.GetInt64(), StringComparer.Ordinal),
                statuses,
                updatedAt,
                asOf,
                (await faults).TryGetProperty("all", out var all) && all.ValueKind == JsonValueKind.Object,
                (await script).GetProperty("running").GetBoolean(),
                (await script).TryGetProperty("repeat", out var repeat) && repeat.ValueKind == JsonValueKind.False);
        }
        catch (Exception e) when (IsNoAnswer(e, cancellation))
        {
            return null;
        }
    }

    public Task BreakAsync(CancellationToken cancellation) => SendAsync(HttpMethod.Put, "control/faults", new { errorRate = 1.0, statusCode = 503 }, cancellation);

    public Task HealAsync(CancellationToken cancellation) => SendAsync(HttpMethod.Delete, "control/faults", null, cancellation);

    public Task RunAsync(object script, CancellationToken cancellation) => SendAsync(HttpMethod.Post, "control/script", script, cancellation);

    /// <summary>Creates the pipeline or sets its state at once.</summary>
    public Task SetAsync(string pipeline, string value, CancellationToken cancellation) => SendAsync(HttpMethod.Put, $"control/pipelines/{pipeline}", new { overall_status = value }, cancellation);

    /// <summary>Deletes a pipeline that is stopped.</summary>
    public Task DeleteAsync(string pipeline, CancellationToken cancellation) => SendAsync(HttpMethod.Delete, $"pipeline/{pipeline}", null, cancellation);

    /// <summary>True for what <see cref="HttpClient"/> throws when there is nobody, or nobody who understands.</summary>
    public static bool IsNoAnswer(Exception exception, CancellationToken cancellation) => exception is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
        || (exception is OperationCanceledException && !cancellation.IsCancellationRequested);

    /// <summary>A broken backend does not tell its list either: then what it told last.</summary>
    private async Task<BackendList> ListAsync(CancellationToken cancellation)
    {
        try
        {
            var askedAt = time.GetUtcNow();
            return _list = BackendList.Read(await GetAsync("pipeline", cancellation), askedAt);
        }
        catch (Exception e) when (IsNoAnswer(e, cancellation))
        {
            return _list;
        }
    }

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellation) =>
        await clients.CreateClient(DemoSetup.HttpClientName).GetFromJsonAsync<JsonElement>(new Uri(_address, path), cancellation);

    private async Task SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path));
        if (body is not null) request.Content = JsonContent.Create(body);
        using var response = await clients.CreateClient(DemoSetup.HttpClientName).SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound && method != HttpMethod.Delete) throw new HttpRequestException("The backend has no /control: it needs Control:Enabled, and to be the fake one.");
        response.EnsureSuccessStatusCode();
    }
}
