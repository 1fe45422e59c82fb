using PipelineAspire.Benchmarks.Scenarios;

namespace PipelineAspire.Benchmarks.Reporting;

/// <summary>The picture of results: a panel for each figure that is worth one and that some result has.</summary>
internal static class ResultPicture
{
    private static readonly (string Figure, string Title, bool IsLogarithmic)[] Panels =
    [
        (FigureNames.CpuPerDelivery, "Server CPU per delivery, µs", false),
        (FigureNames.DeliveriesPerSecond, "Deliveries a second", false),
        (FigureNames.LatencyP99, "Latency p99, ms", false),
        (FigureNames.BytesPerStream, "Memory per idle stream, bytes", false),
        (FigureNames.SnapshotP99, "All streams reconnect at once: snapshot p99, ms", false),
        (FigureNames.ReadsPerSecond, "Backend reads a second, measured", true),
        (FigureNames.ReadsPerNode, "Backend reads a second if each node polled, computed", true),
        (FigureNames.ReadsPerConnection, "Backend reads a second if each connection polled, computed", true),
    ];

    /// <exception cref="BenchmarkException">No result has a figure that is drawn.</exception>
    public static string Draw(IEnumerable<Result> results)
    {
        var medians = Result.Medians(results);
        var panels = Panels
            .Select(panel => new BarPanel(panel.Title, Bars(medians, panel.Figure), panel.IsLogarithmic))
            .Where(panel => panel.Bars.Count > 0)
            .ToList();
        return panels.Count > 0 ? SvgBars.Draw(panels) : throw new BenchmarkException("There is no figure to draw in these results.");
    }

    private static List<Bar> Bars(IReadOnlyList<Result> results, string figure) =>
        [.. results.Where(result => result.Find(figure) is >= 0).Select(result => new Bar(result.Label, result.Find(figure)!.Value))];
}
