namespace PipelineAspire.Web.Demo;

/// <summary><c>/control</c> of Web's own hub, whose streams are the browsers'.</summary>
internal sealed class OwnStreams(IHttpClientFactory clients, OwnAddress address)
{
    /// <summary>How many streams it struck.</summary>
    public async Task<int> AffectAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient(DemoSetup.HttpClientName)
            .PostAsync(new Uri(address.Find(), $"control/streams/{path}"), null, cancellationToken);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<AffectedStreams>(cancellationToken))?.Streams ?? 0;
    }
}
