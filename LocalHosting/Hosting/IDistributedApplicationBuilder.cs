using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Collects the resources of the application.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>The AppHost's appsettings.json, environment and command line, the later over the earlier.</summary>
    ConfigurationManager Configuration { get; }

    string AppHostDirectory { get; }

    IResourceCollection Resources { get; }

    /// <summary>Whether it is run or published.</summary>
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>What commands find in their <c>ServiceProvider</c>.</summary>
    IServiceCollection Services { get; }

    /// <exception cref="DistributedApplicationException">The name is not a legal one or is taken.</exception>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    /// <summary>To say more about a resource that was added before.</summary>
    IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource;

    DistributedApplication Build();
}
