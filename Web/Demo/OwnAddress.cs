using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace PipelineAspire.Web.Demo;

/// <summary>Where this Web itself listens, for an audience that comes in by the front door.</summary>
internal sealed class OwnAddress(IServer server)
{
    public Uri Find()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = addresses.FirstOrDefault(text => text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException("Web listens on no http address.");
        var binding = BindingAddress.Parse(address);
        var host = binding.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : binding.Host;
        return new UriBuilder(Uri.UriSchemeHttp, host, binding.Port).Uri;
    }
}
