using PipelineAspire.LocalHosting.Planning;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Redis: LocalRedis as a process, or the one that <c>ConnectionStrings:{name}</c> of the AppHost names.</summary>
public class RedisResource : Resource, IResourceWithConnectionString
{
    internal RedisResource(string name, int? port, Func<string> password, string? configured)
        : base(name)
    {
        FixedPort = port;
        Password = password;
        Configured = configured;
    }

    /// <summary>The port asked for in AppHost.cs; null for a free one.</summary>
    internal int? FixedPort { get; }

    internal Func<string> Password { get; }

    /// <summary>The connection string of a Redis that runs already; then nothing is started.</summary>
    internal string? Configured { get; }

    /// <summary>Known from planning on.</summary>
    internal RedisAddress? Address { get; set; }

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Configured ?? Address?.ConnectionString);
}
