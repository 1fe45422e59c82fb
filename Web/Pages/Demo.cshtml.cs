using Microsoft.AspNetCore.Mvc.RazorPages;
using PipelineAspire.Web.Pipelines;

namespace PipelineAspire.Web.Pages;

/// <summary>The demos. Null where the status service could not be read.</summary>
public sealed class DemoModel(PipelineReader reader, TimeProvider timeProvider) : PageModel
{
    public IReadOnlyList<PipelineView>? Pipelines { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var list = await reader.ListAsync(cancellationToken);
        Now = timeProvider.GetUtcNow();
        Pipelines = list.Value is null ? null : [.. new PipelineListQuery().Order(list.Value)];
    }
}
