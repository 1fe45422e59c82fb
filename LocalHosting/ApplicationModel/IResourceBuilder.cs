namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where extension methods say things about a resource.</summary>
public interface IResourceBuilder<out T>
    where T : IResource
{
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    T Resource { get; }
}
