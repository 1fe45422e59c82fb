using System.Net.Http.Headers;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.Web.Account;

namespace PipelineAspire.Web.Demo;

internal static class DemoSetup
{
    public const string HttpClientName = "demo";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Adds the demos; where they are off nothing of them but the switch.</summary>
    public static void AddDemo(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var isOn = new DemoFeature(configuration, environment);
        services.AddSingleton(isOn);
        if (!isOn.IsOn)
        {
            services.PostConfigure<RazorPagesOptions>(pages => pages.Conventions.AddPageRouteModelConvention("/Demo", page => page.Selectors.Clear()));
            return;
        }

        services.AddOptions<DemoOptions>().BindConfiguration(DemoOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DemoOptions>, DemoOptionsValidator>();
        services.AddHttpClient(HttpClientName, http =>
        {
            http.Timeout = Timeout;
            if (configuration["Control:Key"] is { } key) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }).ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
        services.AddSingleton<DemoBackend>();
        services.AddSingleton<DemoReplicas>();
        services.AddSingleton<DemoObserver>();
        services.AddSingleton<OwnAddress>();
        services.AddSingleton<OwnStreams>();
        services.AddSingleton<StreamGate>();
        services.AddSingleton<Proof>();
        services.AddDemoRights(configuration);
    }

    /// <summary>Maps <c>/demo/api</c>, and puts a gate before streams.</summary>
    public static void MapDemo(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<DemoFeature>().IsOn) return;
        app.Use(app.Services.GetRequiredService<StreamGate>().PassAsync);
        var api = app.MapGroup("/demo/api").AddEndpointFilter(new SameOriginFilter("Only the demo page itself presses these buttons.", pagesOnly: true));
        if (app.Configuration.IsGuarded()) api.RequireAuthorization();
        api.MapGet("/state", (DemoObserver observer, CancellationToken cancellationToken) => observer.StateAsync(cancellationToken));
        api.MapPost("/backend/break", BackendEndpoints.BreakAsync);
        api.MapPost("/backend/heal", BackendEndpoints.HealAsync);
        api.MapPost("/backend/script", BackendEndpoints.RunScriptAsync);
        api.MapPost("/backend/storm", BackendEndpoints.StormAsync);
        api.MapPost("/streams/cut", StreamEndpoints.CutAsync);
        api.MapPost("/streams/hang", StreamEndpoints.HangAsync);
        api.MapPost("/streams/swallow", StreamEndpoints.Swallow);
        api.MapPost("/streams/refuse", StreamEndpoints.Refuse);
        api.MapPost("/streams/allow", StreamEndpoints.Allow);
        api.MapPost("/proof", ProofEndpoint.StartAsync);
    }
}
