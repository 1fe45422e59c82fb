using System.Diagnostics;

namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>Endpoints for demos and tests; only with <c>Control:Enabled</c>.</summary>
internal static class ControlEndpoints
{
    public static void MapControl(this WebApplication app)
    {
        if (!app.Configuration.GetValue<bool>("Control:Enabled")) return;

        // As sudden as it gets: nothing is handed over, nobody is told.
        app.MapPost("/control/crash", (HttpContext _) => Process.GetCurrentProcess().Kill()).ExcludeFromDescription();
    }
}
