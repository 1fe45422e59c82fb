namespace PipelineAspire.Benchmarks.Reporting;

/// <summary>One figure of a result. Its name has its unit: <c>cpu_us_per_delivery</c>.</summary>
internal readonly record struct Figure(string Name, double Value);

/// <summary>What one measurement found.</summary>
/// <param name="Label">What was measured, in words; results of one label are rounds of the same.</param>
/// <param name="Figures">What was found, in the order to show it in.</param>
/// <param name="Problems">What was missing, duplicated, closed or over its bound; empty when all is well.</param>
internal sealed record Result(string Label, IReadOnlyList<Figure> Figures, IReadOnlyList<string> Problems)
{
    /// <summary>A picture of its own, SVG; null for none.</summary>
    public string? Picture { get; init; }

    /// <summary>The results with one for each label: the medians of its rounds, every problem kept.</summary>
    public static IReadOnlyList<Result> Medians(IEnumerable<Result> rounds) =>
        [.. rounds.GroupBy(result => result.Label, StringComparer.Ordinal).Select(Median)];

    /// <summary>The value of a figure; null when the result has none of that name.</summary>
    public double? Find(string name)
    {
        foreach (var figure in Figures)
        {
            if (figure.Name == name) return figure.Value;
        }

        return null;
    }

    private static Result Median(IGrouping<string, Result> rounds) => new(
        rounds.Key,
        [.. rounds.SelectMany(round => round.Figures).GroupBy(figure => figure.Name, StringComparer.Ordinal)
            .Select(values => new Figure(values.Key, Middle([.. values.Select(figure => figure.Value).Order()])))],
        [.. rounds.SelectMany(round => round.Problems)]);

    private static double Middle(List<double> ordered) =>
        ordered.Count % 2 == 1 ? ordered[ordered.Count / 2] : (ordered[(ordered.Count / 2) - 1] + ordered[ordered.Count / 2]) / 2;
}
