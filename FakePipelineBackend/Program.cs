using PipelineAspire.FakePipelineBackend.Control;
using PipelineAspire.FakePipelineBackend.Counting;
using PipelineAspire.FakePipelineBackend.Faults;
using PipelineAspire.FakePipelineBackend.Pipelines;
using PipelineAspire.FakePipelineBackend.Scripting;
using PipelineAspire.ServiceDefaults;

namespace PipelineAspire.FakePipelineBackend;

public static class Program
{
    public static void Main(string[] args) => Build(args).Run();

    /// <summary>The backend, ready to start.</summary>
    /// <param name="args">Settings, as on the command line.</param>
    /// <param name="replace">What a test puts in the place of a service.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(quietPaths: ["/control"]);
        builder.Services.AddFakeBackendOptions();
        builder.Services.AddProblems();
        builder.Services.AddPipelines();
        builder.Services.AddFaults();
        builder.Services.AddCounting();
        builder.Services.AddScripting();
        builder.Services.AddControl();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapDefaultEndpoints();
        app.MapReads();
        app.MapMoves();
        app.MapControl();
        return app;
    }
}
