using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.LocalHosting.Commands;

namespace Aspire.Hosting;

/// <summary>What can be said about resources.</summary>
public static class ResourceBuilderExtensions
{
    /// <summary>Starts the resource only when <paramref name="dependency"/>, all replicas of it, is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Say(new WaitForAnnotation(dependency.Resource));

    /// <summary>Gives the resource <c>services__{name}__http__{n}</c> and <c>{NAME}_HTTP</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment => builder.Say(new ServiceReferenceAnnotation(source.Resource));

    /// <summary>Gives the resource <c>ConnectionStrings__{name}</c> and, of a Redis, <c>{NAME}_HOST</c>, <c>_PORT</c>, <c>_PASSWORD</c> and <c>_URI</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment =>
        builder.Say(new ConnectionReferenceAnnotation(source.Resource, connectionName ?? source.Resource.Name, optional));

    /// <summary>Sets an environment variable; null leaves it out.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.Say(new EnvironmentAnnotation(name, () => value));

    /// <summary>Sets an environment variable to the value of a parameter.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.Say(new EnvironmentAnnotation(name, parameter.Resource.Resolve));

    /// <summary>Marks the resource as one that people open. It listens on loopback all the same.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints => builder.Say(new ExternalEndpointsAnnotation());

    /// <summary>Healthy is what answers <paramref name="path"/> (<c>/</c>) with <paramref name="statusCode"/> (200).</summary>
    /// <exception cref="DistributedApplicationException">An endpoint other than <c>http</c> is asked for.</exception>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        if (endpointName is not (null or "http"))
            throw new DistributedApplicationException($"'{builder.Resource.Name}' has the endpoint 'http' only, not '{endpointName}'.");
        return builder.Say(new HttpHealthCheckAnnotation(path ?? "/", statusCode ?? 200));
    }

    /// <summary>The endpoint <c>http</c>, the only one there is.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>Lets <paramref name="callback"/> change how the dashboard shows an endpoint's address: its text above all.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResource => builder.Say(new EndpointUrlAnnotation(endpointName, callback));

    /// <summary>One more address for the dashboard to show; a path is one of the endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Func<EndpointReference, ResourceUrlAnnotation> callback)
        where T : IResourceWithEndpoints => builder.Say(new MoreUrlAnnotation(() => callback(builder.GetEndpoint(endpointName))));

    /// <summary>Adds a command: a button of the dashboard, and something that tests can run.</summary>
    public static IResourceBuilder<T> WithCommand<T>(
        this IResourceBuilder<T> builder,
        string name,
        string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand,
        CommandOptions? commandOptions = null)
        where T : IResource
    {
        var options = commandOptions ?? new CommandOptions();
        return builder.Say(new ResourceCommandAnnotation(
            name,
            displayName,
            options.UpdateState ?? (_ => ResourceCommandState.Enabled),
            executeCommand,
            options.Description,
            options.Parameter,
            options.ConfirmationMessage,
            options.IconName,
            options.IconVariant,
            options.IsHighlighted));
    }

    /// <summary>Adds a command that is one request to an endpoint of the resource, to be run while it runs.</summary>
    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(
        this IResourceBuilder<TResource> builder,
        string path,
        string displayName,
        string? endpointName = null,
        string? commandName = null,
        HttpCommandOptions? commandOptions = null)
        where TResource : IResourceWithEndpoints
    {
        var options = commandOptions ?? new HttpCommandOptions();
        var endpoint = options.EndpointSelector?.Invoke() ?? builder.GetEndpoint(endpointName ?? "http");
        var method = options.Method ?? HttpMethod.Post;
        builder.ApplicationBuilder.Services.AddHttpClient();
        options.UpdateState ??= context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
        return builder.WithCommand(
            commandName ?? $"{builder.Resource.Name}-{endpoint.EndpointName}-http-{method.Method.ToLowerInvariant()}-{path}",
            displayName,
            new HttpCommand(path, endpoint, options).RunAsync,
            options);
    }

    private static IResourceBuilder<T> Say<T>(this IResourceBuilder<T> builder, IResourceAnnotation annotation)
        where T : IResource
    {
        builder.Resource.Annotations.Add(annotation);
        return builder;
    }
}
