using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Finding what was added before.</summary>
public static class DistributedApplicationBuilderExtensions
{
    /// <exception cref="DistributedApplicationException">There is no such resource, or it is of another kind.</exception>
    public static IResourceBuilder<T> CreateResourceBuilder<T>(this IDistributedApplicationBuilder builder, string name)
        where T : IResource => builder.Resources.FirstOrDefault(resource => resource.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is T resource
            ? builder.CreateResourceBuilder(resource)
            : throw new DistributedApplicationException($"There is no resource '{name}' of the kind {typeof(T).Name}.");
}
