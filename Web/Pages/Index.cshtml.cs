using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PipelineAspire.Web.Pipelines;

namespace PipelineAspire.Web.Pages;

/// <summary>All pipelines. Null where the status service could not be read.</summary>
public sealed class IndexModel(PipelineReader reader, TimeProvider timeProvider) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public PipelineListQuery Query { get; set; } = new();

    public IReadOnlyList<PipelineView>? Pipelines { get; private set; }

    /// <summary>What is shown instead of them.</summary>
    public Unavailable? Unavailable { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public int Shown { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var list = await reader.ListAsync(cancellationToken);
        Now = timeProvider.GetUtcNow();
        if (list.Value is null)
        {
            Unavailable = Unavailable.Of("/ui-api/pipeline", list.Outcome, list.Reason);
            return;
        }

        Pipelines = [.. Query.Order(list.Value)];
        Shown = Pipelines.Count(Query.Shows);
    }

    public int CountOf(string status) => Pipelines?.Count(pipeline => pipeline.Status == status) ?? 0;

    public bool IsChosen(string? status) => string.IsNullOrEmpty(Query.Status) ? status is null : Query.Status == status;

    public string LinkTo(string? status)
    {
        var query = new QueryBuilder();
        if (!string.IsNullOrEmpty(Query.Search)) query.Add("q", Query.Search);
        if (!string.IsNullOrEmpty(Query.Sort)) query.Add("sort", Query.Sort);
        if (status is not null) query.Add("status", status);
        return "/" + query.ToQueryString();
    }
}
