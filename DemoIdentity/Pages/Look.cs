using System.Text;

namespace PipelineAspire.DemoIdentity.Pages;

/// <summary>The pages' style sheet and icon, which are Web's.</summary>
internal static class Look
{
    public static void MapLook(this WebApplication app)
    {
        var css = string.Concat(Read("tokens.css"), Read("site.css"), Read("pages.css"));
        var icon = Read("favicon.svg");
        app.MapGet("/pages.css", () => TypedResults.Text(css, "text/css", Encoding.UTF8));
        app.MapGet("/favicon.svg", () => TypedResults.Text(icon, "image/svg+xml", Encoding.UTF8));
    }

    private static string Read(string name)
    {
        using var stream = typeof(Look).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not part of the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
