using PipelineAspire.ServiceDefaults;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Control;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Requests;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream;

public static class Program
{
    public static void Main(string[] args) => Build(args).Run();

    /// <summary>The replica, ready to start.</summary>
    /// <param name="args">Settings, as on the command line.</param>
    /// <param name="replace">What a test puts in the place of a service.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(quietPaths: ["/control", "/ui-api/pipeline/status"]);
        builder.AddStreamServer();
        builder.Services
            .AddDiagnostics()
            .AddBackplane()
            .AddPolling()
            .AddBroadcasting()
            .AddStreaming()
            .AddRequests()
            .AddRedisBackplane(builder.Configuration)
            .AddControl(builder.Configuration)
            .AddProblemDetails()
            .AddOpenApi();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapDefaultEndpoints();
        app.MapOpenApi();
        app.MapStreaming();
        app.MapRequests();
        app.MapControl();
        return app;
    }
}
