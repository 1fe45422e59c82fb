using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PipelineAspire.ServiceDefaults;

/// <summary>
/// The host lifetime of a child of LocalHosting, in place of the console's: stops the host when standard input ends or
/// at SIGTERM, and not at Ctrl+C, which the terminal sends to the children as well.
/// </summary>
internal sealed class ParentBoundHostLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private PosixSignalRegistration? _terminate;
    private CancellationTokenRegistration _ended;

    /// <summary>Puts the host under its parent when LocalHosting asked for it; without it nothing changes.</summary>
    public static void AddTo(IServiceCollection services)
    {
        if (!StandardInputLifetime.IsRequested) return;
        StandardInputLifetime.Watch();
        services.AddSingleton<IHostLifetime, ParentBoundHostLifetime>();
    }

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            StopOnceStarted();
        });
        _ended = StandardInputLifetime.Watch().Ended.Register(StopOnceStarted);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _terminate?.Dispose();
        _ended.Dispose();
    }

    /// <summary>A host that is stopped while it starts throws; one that never gets that far meets the hard exit.</summary>
    private void StopOnceStarted() => application.ApplicationStarted.Register(application.StopApplication);
}
