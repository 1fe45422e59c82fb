using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace PipelineAspire.LocalHosting.Planning;

/// <summary>The variables that Aspire gives a project for what AppHost.cs says about it.</summary>
internal static class ResourceEnvironment
{
    /// <param name="resource">The project.</param>
    /// <param name="addresses">Where the replicas of each service will listen.</param>
    /// <exception cref="DistributedApplicationException">A referenced connection string or a parameter has no value.</exception>
    public static Dictionary<string, string> Of(IResource resource, Func<IResource, IReadOnlyList<Uri>> addresses)
    {
        var variables = new Dictionary<string, string>();
        foreach (var annotation in resource.Annotations)
        {
            switch (annotation)
            {
                case ServiceReferenceAnnotation reference:
                    AddService(variables, reference.Service.Name, addresses(reference.Service));
                    break;
                case ConnectionReferenceAnnotation reference:
                    AddConnection(variables, reference, resource.Name);
                    break;
                case EnvironmentAnnotation { Variable: var name, Value: var value }:
                    if (value() is { } text) variables[name] = text;
                    else variables.Remove(name);
                    break;
                default:
                    break;
            }
        }

        return variables;
    }

    private static void AddService(Dictionary<string, string> variables, string service, IReadOnlyList<Uri> addresses)
    {
        for (var replica = 0; replica < addresses.Count; replica++)
            variables[$"services__{service}__http__{replica}"] = Text(addresses[replica]);
        variables[$"{Upper(service)}_HTTP"] = Text(addresses[0]);
    }

    private static void AddConnection(Dictionary<string, string> variables, ConnectionReferenceAnnotation reference, string user)
    {
        var (source, name, optional) = reference;
        var text = source is RedisResource known ? known.Configured ?? known.Address?.ConnectionString : null;
        if (text is null)
        {
            if (optional) return;
            throw new DistributedApplicationException($"'{user}' needs the connection string of '{source.Name}', which has none.");
        }

        variables[source.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] = text;
        if (source is RedisResource { Address: { } redis })
        {
            variables[$"{Upper(name)}_HOST"] = redis.Host;
            variables[$"{Upper(name)}_PORT"] = redis.Port.ToString();
            if (redis.Password is { } password) variables[$"{Upper(name)}_PASSWORD"] = password;
            variables[$"{Upper(name)}_URI"] = redis.Uri;
        }
    }

    private static string Upper(string name) => name.Replace('-', '_').ToUpperInvariant();

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
