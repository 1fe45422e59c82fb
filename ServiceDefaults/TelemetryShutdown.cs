using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PipelineAspire.ServiceDefaults;

/// <summary>
/// Telemetry's last flush, with an end: a collector that is gone must not hold a process that was asked to stop, as the
/// exporter does, which tries again for many seconds. Aspire's dashboard is gone first whenever everything stops.
/// </summary>
internal sealed class TelemetryShutdown(IServiceProvider services, IConfiguration configuration, TimeProvider timeProvider) : IHostedLifecycleService
{
    /// <summary>For logs, metrics and traces together: plenty for a collector that answers.</summary>
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(0.5);

    /// <summary>For disposing of everything afterwards, in which the exporters flush once more, with a patience of their own.</summary>
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(0.1);

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(FlushTimeout, timeProvider);
        if (await AnswersAsync(new Uri(configuration[Telemetry.EndpointSetting]!), limit.Token)) await FlushAsync(limit.Token);
        new Thread(ExitSoon) { IsBackground = true, Name = nameof(TelemetryShutdown) }.Start();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<bool> AnswersAsync(Uri collector, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(collector.Host, collector.Port, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static void ExitSoon()
    {
        using var never = new ManualResetEvent(initialState: false);
        never.WaitOne(ExitTimeout);
        Environment.Exit(Environment.ExitCode);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var timeout = (int)FlushTimeout.TotalMilliseconds;
        Task flushing = Task.WhenAll(
            Task.Run(() => services.GetService<LoggerProvider>()?.ForceFlush(timeout), cancellationToken),
            Task.Run(() => services.GetService<MeterProvider>()?.ForceFlush(timeout), cancellationToken),
            Task.Run(() => services.GetService<TracerProvider>()?.ForceFlush(timeout), cancellationToken));
        await flushing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
