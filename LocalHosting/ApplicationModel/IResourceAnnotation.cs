namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something said about a resource while the model is built.</summary>
public interface IResourceAnnotation;
