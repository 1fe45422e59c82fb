using PipelineAspire.DemoIdentity.OpenId;
using PipelineAspire.DemoIdentity.Pages;
using PipelineAspire.DemoIdentity.People;
using PipelineAspire.ServiceDefaults;

namespace PipelineAspire.DemoIdentity;

public static class Program
{
    private const long MaxBodyBytes = 64 * 1024;

    public static void Main(string[] args) => Build(args).Run();

    /// <summary>The provider, ready to start. It starts in Development, or where <c>DemoIdentity:Anywhere</c> is true.</summary>
    /// <param name="args">Settings, as on the command line.</param>
    /// <param name="replace">What a test puts in the place of a service.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults(quietPaths: ["/rights"]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);
        builder.Services.AddProblemDetails();
        builder.Services.AddDemoIdentityOptions();
        builder.Services.AddPeople();
        builder.Services.AddOpenIdProvider();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapDefaultEndpoints();
        app.MapLook();
        app.MapRights();
        app.MapOpenIdProvider();
        return app;
    }
}
