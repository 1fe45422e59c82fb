using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Dashboard.Picture;

/// <summary>What a replica of the status service answers at <c>/control/state</c>.</summary>
internal sealed record ReplicaReport(bool Polling, string Sharing, int Streams, long Changes);

/// <summary>What the fake backend answers at <c>/control/stats</c>.</summary>
internal sealed record BackendReport(long Total);

/// <summary>What a pipeline of the fake backend says of itself.</summary>
internal sealed record PipelineReport(string PipelineId, DateTimeOffset UpdatedAt);

/// <summary>Asks processes what they do, by the endpoints that they have for demos; who has none is not asked twice.</summary>
internal sealed class ControlProbe : IDisposable
{
    public const string ReplicaPath = "/control/state";
    public const string BackendPath = "/control/stats";

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(1) };
    private readonly HashSet<(Replica Replica, string Path)> _silent = [];

    /// <summary>The answers of those that have one now.</summary>
    public async Task<IReadOnlyList<(Replica Replica, T Report)>> AskAsync<T>(IEnumerable<Replica> replicas, string path, CancellationToken cancellationToken)
        where T : class
    {
        List<Replica> asked = [.. replicas.Where(replica => replica.Plan.Resource is ProjectResource && replica.State.IsUp && !_silent.Contains((replica, path)))];
        var answers = await Task.WhenAll(asked.Select(replica => AskAsync<T>(replica, path, cancellationToken)));
        return [.. asked.Zip(answers).Where(pair => pair.Second is not null).Select(pair => (pair.First, pair.Second!))];
    }

    /// <summary>The pipelines of a backend, straight from there; none when it cannot tell.</summary>
    public async Task<IReadOnlyList<PipelineReport>> PipelinesAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetFromJsonAsync<PipelineReport[]>(address, SnakeCase, cancellationToken) ?? [];
        }
        catch (Exception failed) when (IsNoAnswer(failed, cancellationToken))
        {
            return [];
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsNoAnswer(Exception failed, CancellationToken cancellationToken) =>
        failed is HttpRequestException or JsonException or NotSupportedException || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private async Task<T?> AskAsync<T>(Replica replica, string path, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(new Uri(replica.Plan.Address), path), cancellationToken);
            if (answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType == "application/json")
                return await answer.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound) _silent.Add((replica, path));
        }
        catch (Exception failed) when (IsNoAnswer(failed, cancellationToken))
        {
            // Asked again in a second.
        }

        return null;
    }
}
