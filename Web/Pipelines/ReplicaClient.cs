using System.Net;
using System.Text.Json;
using PipelineAspire.Web.Proxy;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace PipelineAspire.Web.Pipelines;

/// <summary>Asks the replicas that the proxy takes for healthy, each once: one that is silent, full or gone is passed over for the next.</summary>
public sealed class ReplicaClient(HttpClient http, IProxyStateLookup proxy, ReplicaWatch watch)
{
    private const int LongestDetail = 500;

    /// <exception cref="HttpRequestException">No replica could be reached.</exception>
    /// <exception cref="RefusedException">One has answered, but not with what was asked for.</exception>
    /// <exception cref="JsonException">Its answer is no JSON.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        if (!proxy.TryGetCluster(ProxyConfiguration.Cluster, out var cluster))
            throw new HttpRequestException("The proxy has no replicas of the status service.");
        var replicas = cluster.DestinationsState.AvailableDestinations.ToArray();
        Random.Shared.Shuffle(replicas);
        for (var index = 0; index < replicas.Length; index++)
        {
            var isLast = index + 1 == replicas.Length;
            try
            {
                using var response = await AskAsync(cluster, replicas[index], path, isLast, cancellationToken);
                if (response is null || (!isLast && response.StatusCode == HttpStatusCode.ServiceUnavailable)) continue;
                if (!response.IsSuccessStatusCode) throw await RefusalAsync(response, cancellationToken);
                return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            }
            catch (HttpRequestException) when (!isLast)
            {
                // The next replica may do better.
            }
        }

        throw new HttpRequestException("There is no replica of the status service.");
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

    private static async Task<RefusedException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string? detail = null;
        int? maxPipelines = null;
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            if (problem.ValueKind == JsonValueKind.Object)
            {
                if (problem.TryGetProperty("detail", out var words) && words.ValueKind == JsonValueKind.String) detail = Shortened(words.GetString()!);
                if (problem.TryGetProperty("maxPipelines", out var most) && most.ValueKind == JsonValueKind.Number && most.TryGetInt32(out var count))
                    maxPipelines = count;
            }
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // A refusal without words is one, too.
        }

        return new RefusedException(response.StatusCode, detail, maxPipelines);
    }

    private static string Shortened(string words) => words.Length <= LongestDetail ? words : words[..LongestDetail] + "…";
}
