namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>A loop in the background as the host runs it.</summary>
internal sealed class LoopService(string name, Func<BackgroundLoop, CancellationToken, Task> run, BackgroundLoops loops) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync(name, run, stoppingToken);
}

internal static class LoopServiceSetup
{
    /// <summary>Runs a loop of a service for as long as the host runs.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">What the loop is called in the log and in health.</param>
    /// <param name="run">Which loop.</param>
    public static IServiceCollection AddLoop<T>(this IServiceCollection services, string name, Func<T, Func<BackgroundLoop, CancellationToken, Task>> run)
        where T : notnull =>
        services.AddSingleton<IHostedService>(provider =>
            new LoopService(name, run(provider.GetRequiredService<T>()), provider.GetRequiredService<BackgroundLoops>()));
}
