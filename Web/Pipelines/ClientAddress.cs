namespace PipelineAspire.Web.Pipelines;

/// <summary>Says for whom a page is read, as the proxy does for what it passes on: replicas limit clients, not Web.</summary>
internal sealed class ClientAddress(IHttpContextAccessor accessor) : DelegatingHandler
{
    private const string Header = "X-Forwarded-For";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (accessor.HttpContext?.Connection.RemoteIpAddress is { } address) request.Headers.Add(Header, address.ToString());
        return base.SendAsync(request, cancellationToken);
    }
}
