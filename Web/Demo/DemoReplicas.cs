using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane.Upstream;

namespace PipelineAspire.Web.Demo;

/// <summary><c>/control</c> of the replicas of StatusStream.Api.</summary>
internal sealed class DemoReplicas(IHttpClientFactory clients, IOptions<UpstreamOptions> options, IConfiguration configuration)
{
    private readonly IReadOnlyList<Uri> _addresses = UpstreamAddresses.Find(configuration, new Uri(options.Value.Upstream!));

    public async Task<IReadOnlyList<ReplicaView>> LookAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_addresses.Select(address => LookAsync(address, cancellationToken)));

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
}
