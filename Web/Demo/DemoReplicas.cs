using Microsoft.Extensions.Options;
using PipelineAspire.Web.Proxy;

namespace PipelineAspire.Web.Demo;

/// <summary><c>/control</c> of the replicas of StatusStream.Api.</summary>
internal sealed class DemoReplicas(IHttpClientFactory clients, IOptions<StatusStreamApiOptions> options, IConfiguration configuration)
{
    private readonly IReadOnlyList<Uri> _addresses = ReplicaAddresses.Find(configuration, new Uri(options.Value.BaseUrl));

    public async Task<IReadOnlyList<ReplicaView>> LookAsync(CancellationToken cancellation) =>
        await Task.WhenAll(_addresses.Select(address => LookAsync(address, cancellation)));

    /// <summary>Asks all of them; those that do not answer are passed over. How many streams it struck.</summary>
    public async Task<int> StrikeStreamsAsync(string path, CancellationToken cancellation) =>
        (await Task.WhenAll(_addresses.Select(address => StrikeAsync(address, path, cancellation)))).Sum();

    /// <summary>Ends a replica as suddenly as it gets: it cannot even answer.</summary>
    public async Task KillAsync(ReplicaView replica, CancellationToken cancellation)
    {
        try
        {
            using var response = await clients.CreateClient(DemoSetup.HttpClientName).PostAsync(new Uri(new Uri(replica.Address), "control/crash"), null, cancellation);
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, cancellation))
        {
            // As it should be.
        }
    }

    private async Task<ReplicaView> LookAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            return new ReplicaView(address.AbsoluteUri, await clients.CreateClient(DemoSetup.HttpClientName).GetFromJsonAsync<ReplicaState>(new Uri(address, "control/state"), cancellation));
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, cancellation))
        {
            return new ReplicaView(address.AbsoluteUri, null);
        }
    }

    private async Task<int> StrikeAsync(Uri address, string path, CancellationToken cancellation)
    {
        try
        {
            using var response = await clients.CreateClient(DemoSetup.HttpClientName).PostAsync(new Uri(address, path), null, cancellation);
            return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<StruckStreams>(cancellation))?.Streams ?? 0 : 0;
        }
        catch (Exception e) when (DemoBackend.IsNoAnswer(e, cancellation))
        {
            return 0;
        }
    }
}
