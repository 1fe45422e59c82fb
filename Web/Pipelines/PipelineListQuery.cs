using Microsoft.AspNetCore.Mvc;

namespace PipelineAspire.Web.Pipelines;

/// <summary>What of the list to show, and in which order; the page's script does the same without asking the server.</summary>
public sealed record PipelineListQuery
{
    /// <summary>Part of a name or an id, ignoring case.</summary>
    [FromQuery(Name = "q")]
    public string? Search { get; init; }

    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary><c>name</c> (the default), <c>status</c> or <c>changed</c>, the latest first.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; init; }

    /// <summary>The number of the first row to paint of a list too long to be painted as a whole, from 1 on.</summary>
    [FromQuery(Name = "from")]
    public int? From { get; init; }

    public bool Shows(PipelineView pipeline) =>
        (string.IsNullOrEmpty(Status) || pipeline.Status == Status)
        && (string.IsNullOrWhiteSpace(Search)
            || pipeline.Name.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase)
            || pipeline.Id.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase));

    public IEnumerable<PipelineView> Order(IEnumerable<PipelineView> pipelines)
    {
        var byName = pipelines.OrderBy(pipeline => pipeline.Name, StringComparer.OrdinalIgnoreCase);
        return Sort switch
        {
            "status" => byName.OrderBy(pipeline => PublicStatus.All.ToList().IndexOf(pipeline.Status)),
            "changed" => byName.OrderByDescending(pipeline => pipeline.ChangedAt),
            _ => byName,
        };
    }
}
