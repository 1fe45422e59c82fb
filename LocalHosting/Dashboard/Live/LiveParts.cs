using PipelineAspire.LocalHosting.Dashboard.Access;
using PipelineAspire.LocalHosting.Dashboard.Components;
using PipelineAspire.LocalHosting.Dashboard.Picture;
using PipelineAspire.LocalHosting.Dashboard.Views;

namespace PipelineAspire.LocalHosting.Dashboard.Live;

/// <summary>A part of a page.</summary>
/// <param name="Id">Of its element.</param>
/// <param name="Html">The element.</param>
internal sealed record LivePart(string Id, string Html);

/// <summary>Renders the parts of a page that change, by the components that rendered the page.</summary>
internal sealed class LiveParts(ReplicaViews replicas, PictureCollector picture, ResultLog results, Secrets secrets, PageRenderer renderer, TimeProvider clock)
{
    public PageView Look() => new(clock.GetUtcNow(), secrets.Antiforgery, replicas.All(), replicas.Demos(), results.All, picture.Current);

    public async Task<IReadOnlyList<LivePart>> OverviewAsync()
    {
        var page = Look();
        var parts = new List<LivePart>
        {
            await RenderAsync<PicturePanel>("picture", new() { ["Picture"] = page.Picture }),
            await RenderAsync<Pipelines>("pipelines", new() { ["Items"] = page.Picture.Pipelines, ["Connection"] = page.Picture.Connection }),
            await RenderAsync<RunCommands>("results", new() { ["Items"] = page.Results }),
        };
        if (page.Demos.Count > 0) parts.Add(await RenderAsync<Demos>("demos", new() { ["Commands"] = page.Demos, ["Antiforgery"] = page.Antiforgery }));
        foreach (var replica in page.Replicas)
            parts.Add(await RenderAsync<ReplicaRow>($"row-{replica.Name}", new() { ["Replica"] = replica, ["Antiforgery"] = page.Antiforgery }));
        return parts;
    }

    public async Task<IReadOnlyList<LivePart>> DetailsAsync(string name) => replicas.Find(name) is { } replica
        ? [await RenderAsync<Facts>("facts", new() { ["Replica"] = replica, ["Antiforgery"] = secrets.Antiforgery })]
        : [];

    private async Task<LivePart> RenderAsync<T>(string id, Dictionary<string, object?> parameters)
        where T : Microsoft.AspNetCore.Components.IComponent => new(id, (await renderer.RenderAsync<T>(parameters)).Trim());
}
