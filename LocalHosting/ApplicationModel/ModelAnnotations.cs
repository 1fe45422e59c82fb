namespace Aspire.Hosting.ApplicationModel;

/// <summary>Start only when <paramref name="Resource"/> is healthy.</summary>
internal sealed record WaitForAnnotation(IResource Resource) : IResourceAnnotation;

/// <summary>Tell the resource where <paramref name="Service"/> is.</summary>
internal sealed record ServiceReferenceAnnotation(IResourceWithServiceDiscovery Service) : IResourceAnnotation;

/// <summary>Give the resource a connection string under <paramref name="Name"/>.</summary>
internal sealed record ConnectionReferenceAnnotation(IResourceWithConnectionString Source, string Name, bool Optional) : IResourceAnnotation;

/// <summary>One environment variable; its value is asked for when everything is known. Null leaves the variable out.</summary>
internal sealed record EnvironmentAnnotation(string Variable, Func<string?> Value) : IResourceAnnotation;

/// <summary>Healthy is what answers <paramref name="Path"/> with <paramref name="StatusCode"/>.</summary>
internal sealed record HttpHealthCheckAnnotation(string Path, int StatusCode) : IResourceAnnotation;

/// <summary>Meant to be opened by people: its address comes first when everything is up.</summary>
internal sealed class ExternalEndpointsAnnotation : IResourceAnnotation;

/// <summary>Changes how the address of an endpoint is shown.</summary>
internal sealed record EndpointUrlAnnotation(string EndpointName, Action<ResourceUrlAnnotation> Change) : IResourceAnnotation;

/// <summary>One more address to be shown.</summary>
internal sealed record MoreUrlAnnotation(Func<ResourceUrlAnnotation> Url) : IResourceAnnotation;
