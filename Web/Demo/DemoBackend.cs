using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane.Upstream;

namespace PipelineAspire.Web.Demo;

/// <summary><c>/control</c> of FakePipelineBackend, and its own list of pipelines.</summary>
internal sealed class DemoBackend(IHttpClientFactory clients, IOptions<DemoOptions> options, IConfiguration configuration, TimeProvider timeProvider)
{
    private readonly Uri _address = UpstreamAddresses.Find(configuration, new Uri(options.Value.BaseUrl))[0];
    private volatile BackendList _list = BackendList.Empty;

    /// <summary>Null when it does not answer, or is a backend without <c>/control</c>.</summary>
    public async Task<BackendView?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (stats, faults, script, list) = (
                GetAsync("control/stats", cancellationToken),
                GetAsync("control/faults", cancellationToken),
                GetAsync("control/script", cancellationToken),
                ListAsync(cancellationToken));
            await Task.WhenAll(stats, faults, script, list);
            var (statuses, updatedAt, asOf) = await list;
            return new BackendView(
                (await stats).GetProperty("total").GetInt64(),
                (await stats)
                    .GetProperty("pipelines")
                    .EnumerateObject()
                    .ToDictionary(pipeline => pipeline.Name, pipeline => pipeline.Value.GetInt64(), StringComparer.Ordinal),
                statuses,
                updatedAt,
                asOf,
                (await faults).TryGetProperty("all", out var all) && all.ValueKind == JsonValueKind.Object,
                (await script).GetProperty("running").GetBoolean(),
                (await script).TryGetProperty("repeat", out var repeat) && repeat.ValueKind == JsonValueKind.False);
        }
        catch (Exception e) when (IsNoAnswer(e, cancellationToken))
        {
            return null;
        }
    }

    public Task BreakAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, "control/faults", new { errorRate = 1.0, statusCode = 503 }, cancellationToken);

    public Task HealAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, "control/faults", null, cancellationToken);

    public Task RunAsync(object script, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, "control/script", script, cancellationToken);

    /// <summary>Creates the pipeline or sets its state at once.</summary>
    public Task SetAsync(string pipeline, string value, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"control/pipelines/{pipeline}", new { overall_status = value }, cancellationToken);

    /// <summary>Deletes a pipeline that is stopped.</summary>
    public Task DeleteAsync(string pipeline, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"pipeline/{pipeline}", null, cancellationToken);

    /// <summary>True for what <see cref="HttpClient"/> throws when there is nobody, or nobody who understands.</summary>
    public static bool IsNoAnswer(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>A broken backend does not tell its list either: then what it told last.</summary>
    private async Task<BackendList> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var askedAt = timeProvider.GetUtcNow();
            return _list = BackendList.Read(await GetAsync("pipeline", cancellationToken), askedAt);
        }
        catch (Exception e) when (IsNoAnswer(e, cancellationToken))
        {
            return _list;
        }
    }

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        await clients.CreateClient(DemoSetup.HttpClientName).GetFromJsonAsync<JsonElement>(new Uri(_address, path), cancellationToken);

    private async Task SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path));
        if (body is not null) request.Content = JsonContent.Create(body);
        using var response = await clients.CreateClient(DemoSetup.HttpClientName).SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound && method != HttpMethod.Delete)
        {
            throw new HttpRequestException("The backend has no /control: it needs Control:Enabled, and to be the fake one.");
        }

        response.EnsureSuccessStatusCode();
    }
}
