using System.Globalization;
using System.Text;

namespace PipelineAspire.Benchmarks.Reporting;

/// <summary>The results as text: a column for each label, a row for each figure.</summary>
internal static class ResultTable
{
    private const int MostColumns = 4;

    public static string Write(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder();
        foreach (var group in Result.Medians(results).Chunk(MostColumns)) Write(text, group);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Result[] results)
    {
        var names = results.SelectMany(result => result.Figures).Select(figure => figure.Name).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0) return;
        var first = names.Max(name => name.Length);
        text.AppendLine().Append(' ', first);
        foreach (var result in results) text.Append("  ").Append(result.Label.PadLeft(Width(result)));
        text.AppendLine();
        foreach (var name in names)
        {
            text.Append(name.PadRight(first));
            foreach (var result in results) text.Append("  ").Append((result.Find(name) is { } value ? Number(value) : "-").PadLeft(Width(result)));
            text.AppendLine();
        }
    }

    /// <summary>As many digits as mean something.</summary>
    public static string Number(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    private static int Width(Result result) => Math.Max(result.Label.Length, 12);
}
