namespace Aspire.Hosting.ApplicationModel;

/// <summary>All resources, in the order in which they were added.</summary>
public interface IResourceCollection : IList<IResource>;
