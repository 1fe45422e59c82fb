using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PipelineAspire.ServiceDefaults;

namespace PipelineAspire.LocalHosting.TestHost;

/// <summary>What a service of the tests does.</summary>
internal static class Roles
{
    public const string Variable = "TESTHOST_ROLE";
    public const string Service = "service";
    public const string Dies = "dies";
    public const string HangsBeforeRunning = "hangs-before-running";
    public const string HangsWhileStopping = "hangs-while-stopping";

    public static int Play(string role)
    {
        switch (role)
        {
            case Service:
                Serve(_ => { });
                return 0;
            case HangsWhileStopping:
                Serve(builder =>
                {
                    builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
                    builder.Services.AddHostedService<NeverStops>();
                });
                return 0;
            case HangsBeforeRunning:
                WebApplication.CreateBuilder().AddServiceDefaults();
                Console.WriteLine("hanging");
                using (var never = new ManualResetEvent(initialState: false)) never.WaitOne();
                return 0;
            case Dies:
                Console.WriteLine("the configuration is wrong");
                Console.Error.WriteLine("giving up");
                return 3;
            default:
                throw new ArgumentOutOfRangeException(nameof(role), role, "no such role");
        }
    }

    private static void Serve(Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        configure(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.Run();
    }

    private sealed class NeverStops : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }
}
