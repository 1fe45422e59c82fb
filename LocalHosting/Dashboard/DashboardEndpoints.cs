using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PipelineAspire.LocalHosting.Dashboard.Components;
using PipelineAspire.LocalHosting.Dashboard.Live;
using PipelineAspire.LocalHosting.Dashboard.Picture;
using PipelineAspire.LocalHosting.Dashboard.Views;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Dashboard;

/// <summary>The pages, their streams, and the commands.</summary>
internal sealed class DashboardEndpoints(
    ReplicaSet replicas,
    ReplicaViews views,
    LiveParts parts,
    LiveStreams streams,
    PictureCollector picture,
    PageRenderer pages,
    CommandRunner commands,
    CancellationToken stopping)
{
    private const int FirstLines = 200;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/assets/{name}", (string name) => Assets.Find(name) is { } asset ? Results.Bytes(asset.Content, asset.ContentType) : Results.NotFound());
        app.MapGet("/", OverviewAsync);
        app.MapGet("/replicas/{name}", DetailsAsync);
        app.MapGet("/live", (HttpContext context, string? replica) => UntilStoppedAsync(context, stopped => streams.PartsAsync(context, replica, stopped)));
        app.MapGet("/replicas/{name}/console", ConsoleAsync);
        app.MapPost("/commands/{target}/{name}", CommandAsync);
        app.MapFallback(NotFoundAsync);
    }

    private async Task OverviewAsync(HttpContext context)
    {
        await picture.GlanceAsync(context.RequestAborted);
        await pages.WriteAsync<Overview>(context, new() { ["Page"] = parts.Look() });
    }

    private async Task DetailsAsync(HttpContext context, string name)
    {
        if (replicas.Find(name) is not { } replica)
        {
            await NotFoundAsync(context);
            return;
        }

        var lines = replica.Log.After(0);
        await pages.WriteAsync<Details>(context, new()
        {
            ["Page"] = parts.Look(),
            ["Replica"] = views.Find(name),
            ["Lines"] = lines.TakeLast(FirstLines).Select(line => new LineView(line.Number, line.Line)).ToList(),
            ["Variables"] = ProcessEnvironment.Of(replica, replicas.Resources),
        });
    }

    private async Task ConsoleAsync(HttpContext context, string name, long? after)
    {
        if (replicas.Find(name) is not { } replica)
        {
            await NotFoundAsync(context);
            return;
        }

        var last = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : after ?? 0;
        await UntilStoppedAsync(context, stopped => streams.ConsoleAsync(context, replica, last, stopped));
    }

    private async Task<IResult> CommandAsync(HttpContext context, string target, string name)
    {
        var result = await commands.RunAsync(target, name, context.RequestAborted);
        return context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
            ? Results.Json(result)
            : Results.Redirect("/");
    }

    private async Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        await pages.WriteAsync<NoSuchPage>(context, []);
    }

    private async Task UntilStoppedAsync(HttpContext context, Func<CancellationToken, Task> stream)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await stream(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader left, or the dashboard stops.
        }
    }
}
