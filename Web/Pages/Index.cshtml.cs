using System.Globalization;
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

    /// <summary>How many of all match.</summary>
    public int Shown { get; private set; }

    /// <summary>Those that are painted: all, or <see cref="ListPart.MostRows"/> of those that match.</summary>
    public ListPart Part { get; private set; } = ListPart.None;

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
        Part = ListPart.Of(Pipelines, Query);
    }

    public int CountOf(string status) => Pipelines?.Count(pipeline => pipeline.Status == status) ?? 0;

    public bool IsChosen(string? status) => string.IsNullOrEmpty(Query.Status) ? status is null : Query.Status == status;

    public string LinkTo(string? status) => LinkTo(status, from: null);

    /// <summary>Another part of the same list.</summary>
    /// <param name="from">The number of its first row, from 1 on.</param>
    public string LinkToPart(int from) => LinkTo(string.IsNullOrEmpty(Query.Status) ? null : Query.Status, from);

    private string LinkTo(string? status, int? from)
    {
        var query = new QueryBuilder();
        if (!string.IsNullOrEmpty(Query.Search)) query.Add("q", Query.Search);
        if (!string.IsNullOrEmpty(Query.Sort)) query.Add("sort", Query.Sort);
        if (status is not null) query.Add("status", status);
        if (from is { } first) query.Add("from", first.ToString(CultureInfo.InvariantCulture));
        return "/" + query.ToQueryString();
    }
}
