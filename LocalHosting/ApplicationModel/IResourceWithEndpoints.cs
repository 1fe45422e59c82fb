namespace Aspire.Hosting.ApplicationModel;

/// <summary>Can be reached over the network.</summary>
public interface IResourceWithEndpoints : IResource;
