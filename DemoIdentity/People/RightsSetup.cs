using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.DemoIdentity.People;

internal static class RightsSetup
{
    public static void AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<PeopleDirectory>();
        services.AddSingleton<RightsEndpoints>();
    }

    /// <summary>Maps the page with the switches, what they do, and what resource servers ask.</summary>
    public static void MapRights(this WebApplication app)
    {
        var rights = app.Services.GetRequiredService<RightsEndpoints>();
        app.MapGet("/", rights.Show);
        app.MapGet("/rights/{sub}", rights.Get);
        app.MapPost("/rights/{sub}", rights.SetAsync).AddEndpointFilter(new SameOriginFilter("Only the page itself presses these switches.", pagesOnly: false));
    }
}
