namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Where a resource can be reached, known once the application is built and asked to start. Of several replicas it names a
/// random one that runs, anew each time, as Aspire's proxy would choose.
/// </summary>
public sealed class EndpointReference
{
    public EndpointReference(IResourceWithEndpoints owner, string endpointName) => (Resource, EndpointName) = (owner, endpointName);

    public IResourceWithEndpoints Resource { get; }

    public string EndpointName { get; }

    public string Scheme { get; } = "http";

    public bool IsHttp { get; } = true;

    public bool Exists => EndpointName == Scheme && Resource is ProjectResource;

    public bool IsAllocated => Find() is not null;

    public string Host => Address.Host;

    public int Port => Address.Port;

    /// <exception cref="InvalidOperationException">There is no such endpoint, or none yet.</exception>
    public string Url => Address.GetLeftPart(UriPartial.Authority);

    private Uri Address => Find() ?? throw new InvalidOperationException(
        Exists ? $"The endpoint '{EndpointName}' of '{Resource.Name}' is not allocated yet." : $"'{Resource.Name}' has no endpoint '{EndpointName}'.");

    private Uri? Find() => Exists ? Resource.Annotations.OfType<AllocatedAnnotation>().LastOrDefault()?.Choose() : null;
}

/// <summary>Set when the application is planned.</summary>
internal sealed record AllocatedAnnotation(Func<Uri?> Choose) : IResourceAnnotation;
