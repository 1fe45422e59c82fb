using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace PipelineAspire.AppHost;

/// <summary>
/// LocalRedis (Garnet, a Redis server in .NET) as a process of this machine: no container engine, nothing on disk.
/// For runs, never published.
/// </summary>
/// <param name="name">The resource, and the connection string, <c>ConnectionStrings:{name}</c>.</param>
/// <param name="password">Generated at every start.</param>
internal sealed class LocalRedisResource(string name, ParameterResource password) : ProjectResource(name), IResourceWithConnectionString
{
    public const string EndpointName = "tcp";

    /// <summary>As StackExchange.Redis writes it, and as <c>AddRedis</c> does: <c>host:port,password=…</c>.</summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"{new EndpointReference(this, EndpointName).Property(EndpointProperty.HostAndPort)},password={password}");
}

internal static class LocalRedisBuilderExtensions
{
    private const int PasswordLength = 24;

    /// <summary>Adds the embedded Redis, at a free port of this machine and under a password.</summary>
    public static IResourceBuilder<LocalRedisResource> AddLocalRedis(this IDistributedApplicationBuilder builder, string name)
    {
        // A comma would end the password in a connection string.
        var password = builder.AddParameter(
            $"{name}-password", new GenerateParameterDefault { MinLength = PasswordLength, Special = false }, secret: true);
        var port = FreePort.Take();
        var redis = new LocalRedisResource(name, password.Resource);
        var healthCheck = $"{name}_check";
        string? connectionString = null;
        builder.Eventing.Subscribe<ConnectionStringAvailableEvent>(
            redis, async (_, cancellationToken) => connectionString = await redis.ConnectionStringExpression.GetValueAsync(cancellationToken));
        builder.Services.AddHealthChecks().AddRedis(_ => connectionString ?? throw new InvalidOperationException($"{name} has no address yet."), healthCheck);

        return builder.AddResource(redis)
            .WithAnnotation(new Projects.LocalRedis())
            .WithBuiltExecutable()
            .WithEndpoint(port, name: LocalRedisResource.EndpointName, scheme: "tcp", isProxied: false)
            .WithEnvironment("LOCALREDIS_PORT", port.ToString(CultureInfo.InvariantCulture))
            .WithEnvironment("LOCALREDIS_PASSWORD", password)
            .WithHealthCheck(healthCheck)
            .WithIconName("Database");
    }
}
