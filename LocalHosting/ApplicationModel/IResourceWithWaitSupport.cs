namespace Aspire.Hosting.ApplicationModel;

/// <summary>Can wait for other resources before it starts.</summary>
public interface IResourceWithWaitSupport : IResource;
