using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.StatusStream.Sharing.Tests.InProcess;

/// <summary>A whole replica on loopback within this process: dozens of them cost little more than one.</summary>
internal sealed class InProcessReplica : IAsyncDisposable
{
    /// <summary>How often each pipeline is read.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a read of the backend may take.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private InProcessReplica(WebApplication app, LogRecorder log) => (_app, Log, Address) = (app, log, new Uri(app.Urls.Single()));

    public Uri Address { get; }

    public LogRecorder Log { get; }

    /// <param name="name">What it is called.</param>
    /// <param name="backend">What it reads.</param>
    /// <param name="redis">The connection string of what it shares.</param>
    /// <param name="port">Where it listens; any free port by default.</param>
    /// <param name="replace">What takes the place of a service of the product.</param>
    /// <param name="more">More settings.</param>
    public static async Task<InProcessReplica> StartAsync(
        string name, MemoryBackend backend, string redis, int port = 0, Action<IServiceCollection>? replace = null, params (string Name, string Value)[] more)
    {
        var log = new LogRecorder(name);
        string[] arguments =
        [
            $"--urls=http://127.0.0.1:{port}", $"--ConnectionStrings:redis={redis}", "--PipelineBackend:BaseUrl=http://127.0.0.1:9",
            $"--StatusStream:PollInterval={Interval:c}", $"--StatusStream:RequestTimeout={RequestTimeout:c}", $"--StatusStream:InstanceName={name}",
            "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:PipelineAspire=Information", "--hostBuilder:reloadConfigOnChange=false",
            .. NoLimits.Arguments, .. more.Select(setting => $"--{setting.Name}={setting.Value}"),
        ];

        // Connecting to Redis blocks while it is refused.
        var app = await Task.Run(() => Api.Program.Build(arguments, services =>
        {
            services.AddSingleton(backend.ReadBy(name));
            services.AddLogging(logging => logging.ClearProviders().AddProvider(log));
            replace?.Invoke(services);
        }));
        try
        {
            await Task.Run(() => app.StartAsync()).WaitAsync(Bounded.Patience);
            return new InProcessReplica(app, log);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().WaitAsync(Bounded.Patience);
        await _app.DisposeAsync().AsTask().WaitAsync(Bounded.Patience);
    }
}
