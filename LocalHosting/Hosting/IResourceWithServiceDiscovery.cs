using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Is found by its name: <c>http://{name}</c>.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;
