namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address that the dashboard shows.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>Absolute, or a path of the endpoint.</summary>
    public required string Url { get; set; }

    /// <summary>Shown in place of the address.</summary>
    public string? DisplayText { get; set; }

    public EndpointReference? Endpoint { get; init; }
}
