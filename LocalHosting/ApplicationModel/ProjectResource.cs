namespace Aspire.Hosting.ApplicationModel;

/// <summary>A project of the solution, run as one process per replica.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport;
