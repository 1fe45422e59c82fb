using System.Collections.ObjectModel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The annotations of a resource, in the order in which they were said.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;
