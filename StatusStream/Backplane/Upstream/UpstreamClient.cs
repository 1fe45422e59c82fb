namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>Reads documents of the hub upstream, for a host that has pages of its own. There is one when <c>StatusStream:Upstream</c> is set.</summary>
public sealed class UpstreamClient
{
    private readonly UpstreamReplicas _replicas;

    internal UpstreamClient(UpstreamReplicas replicas) => _replicas = replicas;

    /// <summary>Asks its replicas, each once, until one answers: one that is silent, full or gone is passed over for the next.</summary>
    /// <param name="path">
    /// What to read, relative to where the hub is mapped (<c>StatusStream:UpstreamPrefix</c>): <c>/actions</c>, say, and nothing for the list.
    /// </param>
    /// <param name="client">Whom it is read for, as limits count; null for this host itself.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <returns>The answer, whatever its status; its body may not be there yet.</returns>
    /// <exception cref="HttpRequestException">No replica could be reached, or none has answered.</exception>
    public async Task<HttpResponseMessage> GetAsync(string path, HttpContext? client, CancellationToken cancellationToken)
    {
        try
        {
            var (answer, _) = await _replicas.SendAsync(
                address => new HttpRequestMessage(HttpMethod.Get, _replicas.Of(address, path)).For(client), mayRepeat: true, isRefusal: null, within: null,
                cancellationToken);
            return answer;
        }
        catch (UpstreamException e)
        {
            throw new HttpRequestException($"The hub upstream cannot be asked: {e.Message}.", e);
        }
    }
}
