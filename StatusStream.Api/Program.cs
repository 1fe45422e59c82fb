using PipelineAspire.ServiceDefaults;
using PipelineAspire.StatusStream.Control;
using PipelineAspire.StatusStream.Forwarding;

namespace PipelineAspire.StatusStream.Api;

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
        builder.AddMemoryTrimming();
        builder.AddStreamServer();
        builder.AddForwardedHeaders();
        var hub = builder.AddStatusStream();
        builder.AddControl();
        if (builder.Configuration.HasBearer())
        {
            builder.AddBearerAuthentication();
            hub.AddPipelineRights();
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.UseDirectStreams()));
        builder.Services.AddProblemDetails().AddOpenApi();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        if (builder.Configuration.HasBearer())
        {
            app.UseAuthentication(); // here, so that its refusals are problem details, too
            app.UseAuthorization();
        }

        app.MapDefaultEndpoints();
        app.MapOpenApi();
        app.MapStatusStream();
        app.MapControl();
        return app;
    }
}
