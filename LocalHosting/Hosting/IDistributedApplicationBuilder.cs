using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Collects the resources of the application.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>The AppHost's appsettings.json, environment and command line, the later over the earlier.</summary>
    ConfigurationManager Configuration { get; }

    string AppHostDirectory { get; }

    IResourceCollection Resources { get; }

    /// <exception cref="DistributedApplicationException">The name is not a legal one or is taken.</exception>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    DistributedApplication Build();
}
