using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Redis.</summary>
public static class RedisBuilderExtensions
{
    private const string PasswordAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>
    /// Runs LocalRedis on a free port of 127.0.0.1 (or <paramref name="port"/>) with a password drawn for this run, unless
    /// the AppHost's configuration has <c>ConnectionStrings:{name}</c>: then that Redis is used and none is started.
    /// </summary>
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder,
        string name,
        int? port = null,
        IResourceBuilder<ParameterResource>? password = null)
    {
        var drawn = RandomNumberGenerator.GetString(PasswordAlphabet, 24);
        var configured = builder.Configuration.GetConnectionString(name);
        return builder.AddResource(new RedisResource(
            name,
            port,
            password is null ? () => drawn : password.Resource.Resolve,
            string.IsNullOrWhiteSpace(configured) ? null : configured));
    }
}
