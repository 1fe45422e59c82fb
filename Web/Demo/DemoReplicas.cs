using Microsoft.Extensions.Options;
using PipelineAspire.Web.Proxy;

namespace PipelineAspire.Web.Demo;

/// <summary><c>/control</c> of the replicas of StatusStream.Api.</summary>
internal sealed class DemoReplicas(IHttpClientFactory clients, IOptions<StatusStreamApiOptions> options, IConfiguration configuration)
{
    private readonly IReadOnlyList<Uri> _addresses = ReplicaAddresses.Find(configuration, new Uri(options.Value.BaseUrl));

    public async Task<IReadOnlyList<ReplicaView>> LookAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_addresses.Select(address => LookAsync(address, cancellationToken)));

    /// <summary>Asks all of them; those that do not answer are passed over. How many streams it struck.</summary>
    public async Task<int> AffectStreamsAsync(string path, CancellationToken cancellationToken) =>
        (await Task.WhenAll(_addresses.Select(address => AffectAsync(address, path, cancellationToken)))).Sum();

    /// <summary>Ends a replica as suddenly as it gets: it cannot even answer.</summary>
    public async Task KillAsync(ReplicaView replica, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await clients.CreateClient(DemoSetup.HttpClientName)
                .PostAsync(new Uri(new Uri(replica.Address), "control/crash"), null, cancellationToken);
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, cancellationToken))
        {
            // As it should be.
        }
    }

    private async Task<ReplicaView> LookAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return new ReplicaView(
                address.AbsoluteUri,
                await clients.CreateClient(DemoSetup.HttpClientName).GetFromJsonAsync<ReplicaState>(new Uri(address, "control/state"), cancellationToken));
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, cancellationToken))
        {
            return new ReplicaView(address.AbsoluteUri, null);
        }
    }

    private async Task<int> AffectAsync(Uri address, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await clients.CreateClient(DemoSetup.HttpClientName).PostAsync(new Uri(address, path), null, cancellationToken);
            return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<AffectedStreams>(cancellationToken))?.Streams ?? 0 : 0;
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, cancellationToken))
        {
            return 0;
        }
    }
}
