using PipelineAspire.Benchmarks.Scenarios;

namespace PipelineAspire.Benchmarks.Reporting;

/// <summary>The picture of results: a panel for each figure that is worth one and that some result has.</summary>
internal static class ResultPicture
{
    private static readonly (string Figure, string Title)[] Figures =
    [
        (FigureNames.CpuPerDelivery, "Server CPU per delivery, µs"),
        (FigureNames.DeliveriesPerSecond, "Deliveries a second"),
        (FigureNames.LatencyP99, "Latency p99, ms"),
        (FigureNames.BytesPerStream, "Memory per idle stream, bytes"),
        (FigureNames.SnapshotP99, "All streams reconnect at once: snapshot p99, ms"),
    ];

    /// <exception cref="BenchmarkException">No result has a figure that is drawn.</exception>
    public static string Draw(IEnumerable<Result> results)
    {
        var medians = Result.Medians(results);
        List<BarPanel> panels =
        [
            .. Figures.Select(panel => new BarPanel(panel.Title, Bars(medians, panel.Figure))).Where(panel => panel.Bars.Count > 0),
            .. Reads(medians),
        ];
        return panels.Count > 0 ? SvgBars.Draw(panels) : throw new BenchmarkException("There is no figure to draw in these results.");
    }

    private static List<Bar> Bars(IReadOnlyList<Result> results, string figure) =>
        [.. results.Where(result => result.Find(figure) is >= 0).Select(result => new Bar(result.Label, result.Find(figure)!.Value))];

    /// <summary>The largest system of all, beside what other designs would ask of its backend.</summary>
    private static IEnumerable<BarPanel> Reads(IReadOnlyList<Result> results)
    {
        var largest = results.Where(result => result.Find(FigureNames.ReadsPerSecond) is not null)
            .MaxBy(result => (result.Find(FigureNames.ReadsPerConnection), result.Find(FigureNames.ReadsPerNode)));
        if (largest is null) yield break;
        yield return new BarPanel(
            $"Backend reads a second: {largest.Label}",
            [
                new("one loop for all (measured)", largest.Find(FigureNames.ReadsPerSecond)!.Value),
                new("a loop for each node (computed)", largest.Find(FigureNames.ReadsPerNode) ?? 0, IsComputed: true),
                new("a loop for each connection (computed)", largest.Find(FigureNames.ReadsPerConnection) ?? 0, IsComputed: true),
            ],
            IsLogarithmic: true);
    }
}
