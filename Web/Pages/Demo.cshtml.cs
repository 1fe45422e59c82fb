using Microsoft.AspNetCore.Mvc.RazorPages;
using PipelineAspire.Web.Pipelines;

namespace PipelineAspire.Web.Pages;

/// <summary>The demos. Null where the status service could not be read.</summary>
public sealed class DemoModel(PipelineReader reader, TimeProvider timeProvider) : PageModel
{
    public IReadOnlyList<PipelineView>? Pipelines { get; private set; }

    /// <summary>What is shown instead of them.</summary>
    public Unavailable? Unavailable { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var list = await reader.ListAsync(cancellationToken);
        Now = timeProvider.GetUtcNow();
        if (list.Value is null) Unavailable = Unavailable.Of("/ui-api/pipeline", list.Outcome, list.Reason);
        else Pipelines = [.. new PipelineListQuery().Order(list.Value)];
    }
}
