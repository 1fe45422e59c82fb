namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Sends the first request of a client to its own replica, and each further one to the next, as a balancer would.</summary>
internal sealed class ReplicaPicker(IReadOnlyList<Uri> replicas, int first) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _next = first;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(replicas[_next++ % replicas.Count], request.RequestUri!.PathAndQuery);
        return base.SendAsync(request, cancellationToken);
    }
}
