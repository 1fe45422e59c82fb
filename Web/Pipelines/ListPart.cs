using System.Text.Json;

namespace PipelineAspire.Web.Pipelines;

/// <summary>The rows of a list that a page is painted with; the script gets the rest by itself, other parts have links.</summary>
public sealed record ListPart
{
    /// <summary>So many rows are painted at once.</summary>
    public const int MostRows = 200;

    /// <summary>No rows of no list.</summary>
    public static ListPart None { get; } = new();

    public IReadOnlyList<PipelineView> Rows { get; private init; } = [];

    /// <summary>The number of the first row, from 1 on, among those that match.</summary>
    public int First { get; private init; } = 1;

    public int Last => First + Rows.Count - 1;

    /// <summary>Where the parts before and after this one begin; null where there is none.</summary>
    public int? Previous => First > 1 ? Math.Max(1, First - MostRows) : null;

    public int? Next { get; private init; }

    /// <summary>The ids of those that are not painted by their statuses, JSON; null when all are.</summary>
    public string? StatusesOfTheRest { get; private init; }

    /// <param name="pipelines">All of the list, in the order asked for.</param>
    /// <param name="query">What is asked for.</param>
    public static ListPart Of(IReadOnlyList<PipelineView> pipelines, PipelineListQuery query)
    {
        if (pipelines.Count <= MostRows) return new() { Rows = pipelines };
        List<PipelineView> matching = [.. pipelines.Where(query.Shows)];
        var first = Math.Clamp(query.From ?? 1, 1, Math.Max(1, matching.Count));
        List<PipelineView> rows = [.. matching.Skip(first - 1).Take(MostRows)];
        var painted = rows.Select(pipeline => pipeline.Id).ToHashSet(StringComparer.Ordinal);
        var rest = pipelines.Where(pipeline => !painted.Contains(pipeline.Id)).GroupBy(pipeline => pipeline.Status, pipeline => pipeline.Id);
        return new()
        {
            Rows = rows,
            First = first,
            Next = first - 1 + rows.Count < matching.Count ? first + rows.Count : null,
            StatusesOfTheRest = JsonSerializer.Serialize(rest.ToDictionary(group => group.Key, group => group.ToList())),
        };
    }
}
