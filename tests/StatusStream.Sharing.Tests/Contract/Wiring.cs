using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Polling;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>The services of a replica, wired as the product wires them, without its web server and its poller.</summary>
internal static class Wiring
{
    /// <param name="connectionString">Of the shared server; null for a replica that works alone.</param>
    /// <param name="prefix">What the keys begin with.</param>
    public static IServiceCollection Replica(string? connectionString, string prefix)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{RedisBackplaneOptions.ConnectionName}"] = connectionString,
            ["StatusStream:RedisKeyPrefix"] = prefix,
            ["StatusStream:PollInterval"] = "00:00:00.2",
            ["StatusStream:InstanceName"] = "replica",
        }).Build();
        var services = new ServiceCollection()
            .AddSingleton<IHostApplicationLifetime, Unhosted>()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddMetrics()
            .AddDiagnostics()
            .AddBackplane()
            .AddPollingSettings()
            .AddBackendClients()
            .AddBroadcasting();
        return connectionString is null ? services : services.AddRedisBackplane();
    }

    /// <summary>Nobody starts or stops a host here.</summary>
    private sealed class Unhosted : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException("There is no host.");
    }
}
