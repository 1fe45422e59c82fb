using System.Net;
using System.Text.Json;
using PipelineAspire.Web.Proxy;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace PipelineAspire.Web.Pipelines;

/// <summary>
/// Reads pipelines for the first paint of a page, from the replicas the proxy takes for healthy: each is tried once, all
/// within <see cref="Deadline"/>. Failing is an outcome here, not an exception: a page without statuses is still a page.
/// </summary>
public sealed class PipelineReader(HttpClient http, IProxyStateLookup proxy, ReplicaWatch watch, TimeProvider timeProvider, ILogger<PipelineReader> log)
{
    /// <summary>One backend read that the status service may have to wait for, and a little.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4);

    private const int PipelinesPerRequest = 500;

    /// <summary>All pipelines with their present statuses; a status that is not known is unknown.</summary>
    public async Task<ReadResult<IReadOnlyList<PipelineView>>> ListAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        return await Guard(async () =>
        {
            var pipelines = PipelineJson.List(await GetAsync("ui-api/pipeline", either.Token));
            var statuses = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var part in pipelines.Chunk(PipelinesPerRequest))
            {
                var ids = string.Join(',', part.Select(pipeline => pipeline.Id));
                foreach (var (id, status) in PipelineJson.Statuses(await GetAsync($"ui-api/pipeline/status?pipelineIds={ids}", either.Token)))
                    statuses[id] = status;
            }

            return (IReadOnlyList<PipelineView>)
                [.. pipelines.Select(pipeline => pipeline with { Status = statuses.GetValueOrDefault(pipeline.Id, PublicStatus.Unknown) })];
        }, cancellationToken);
    }

    public async Task<ReadResult<PipelineView>> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!PublicStatus.IsPipelineId(id)) return new(ReadOutcome.Missing);
        using var deadline = new CancellationTokenSource(Deadline, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        return await Guard(async () =>
        {
            var pipeline = PipelineJson.One(await GetAsync($"ui-api/pipeline/{id}/health", either.Token));
            // A backend need not repeat the id it was asked for.
            return pipeline is null ? new PipelineView(id, id, PublicStatus.Unknown, null, null) : pipeline with { Id = id };
        }, cancellationToken);
    }

    private async Task<ReadResult<T>> Guard<T>(Func<Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return new(ReadOutcome.Found, await read());
        }
        catch (HttpRequestException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return new(ReadOutcome.Missing);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            log.StatusServiceUnavailable(exception);
            return new(ReadOutcome.Unavailable);
        }
    }

    private async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        if (!proxy.TryGetCluster(ProxyConfiguration.Cluster, out var cluster))
            throw new HttpRequestException("The proxy has no replicas of the status service.");
        var replicas = cluster.DestinationsState.AvailableDestinations.ToArray();
        Random.Shared.Shuffle(replicas);
        for (var index = 0; ; index++)
        {
            if (index >= replicas.Length) throw new HttpRequestException("There is no replica of the status service.");
            try
            {
                using var response = await AskAsync(cluster, replicas[index], path, isLast: index + 1 == replicas.Length, cancellationToken);
                if (response is null) continue;
                response.EnsureSuccessStatusCode();
                return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            }
            catch (HttpRequestException failure) when (index + 1 < replicas.Length
                && failure.StatusCode is null or HttpStatusCode.ServiceUnavailable)
            {
                // The next replica may do better.
            }
        }
    }

    /// <summary>A replica's answer; null when it is silent and there is another to ask.</summary>
    private async Task<HttpResponseMessage?> AskAsync(
        ClusterState cluster, DestinationState replica, string path, bool isLast, CancellationToken cancellationToken)
    {
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answer = http.GetAsync(new Uri(new Uri(replica.Model.Config.Address), path), asking.Token);
        if (isLast || !await watch.IsSilentAsync(cluster, replica, answer))
        {
            var response = await answer;
            watch.Heard(replica);
            return response;
        }

        await asking.CancelAsync();
        await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (answer.IsCompletedSuccessfully) (await answer).Dispose();
        return null;
    }
}
