using System.Globalization;
using System.Text;
using System.Xml.Linq;
using PipelineAspire.Benchmarks.Days;

namespace PipelineAspire.Benchmarks.Reporting;

/// <summary>Draws the reads of a day, second by second on average, below the line of what they would be plainly; legible on light and dark pages.</summary>
internal static class DayPicture
{
    private const int Width = 760;
    private const int Height = 330;
    private const int Left = 56;
    private const int Right = 744;
    private const int Top = 56;
    private const int Bottom = 262;
    private const int Gridlines = 5;
    private const int HoursApart = 3;
    private const string Ink = "#111827";
    private const string SoftInk = "#374151";
    private const string Blue = "#2563eb";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <param name="plan">What the day was made of.</param>
    /// <param name="day">The day.</param>
    /// <param name="plainPerSecond">The reads a second with one for each pipeline and interval.</param>
    public static string Draw(DayPlan plan, Day day, double plainPerSecond)
    {
        var highest = plainPerSecond * 1.1;
        var title = $"{plan.Pipelines} pipelines through a day: backend reads a second";
        var mean = day.Reads / SimulatedDay.Length.TotalSeconds;
        var root = new XElement(Svg + "svg",
            new XAttribute("viewBox", Text($"0 0 {Width} {Height}")), new XAttribute("width", Width), new XAttribute("height", Height),
            new XAttribute("role", "img"), new XAttribute("font-family", "system-ui, sans-serif"), new XAttribute("font-size", 13),
            new XElement(Svg + "title", Text($"{title}: {plainPerSecond:0} plainly, {mean:0.0} on average by paces")),
            new XElement(
                Svg + "rect", new XAttribute("width", Width), new XAttribute("height", Height), new XAttribute("rx", 8), new XAttribute("fill", "#ffffff")),
            Words(title, 16, 30, "start", Ink, isBold: true));
        for (var line = 0; line <= Gridlines; line++)
        {
            var value = plainPerSecond * line / Gridlines;
            var y = Y(value, highest);
            root.Add(Line(Left, y, Right, y, "#e5e7eb"), Words(Text($"{value:0.##}"), Left - 8, y + 4, "end", SoftInk));
        }

        for (var hour = 0; hour <= SimulatedDay.Length.TotalHours; hour += HoursApart)
            root.Add(Words(Text($"{hour}:00"), X(TimeSpan.FromHours(hour)), Bottom + 34, hour == 0 ? "start" : hour == 24 ? "end" : "middle", SoftInk));

        root.Add(
            new XElement(
                Svg + "path", new XAttribute("d", Area(day, highest)), new XAttribute("fill", "#bfdbfe"), new XAttribute("stroke", Blue),
                new XAttribute("stroke-width", 1)),
            new XElement(Svg + "path", new XAttribute("d", Ticks(day)), new XAttribute("stroke", SoftInk), new XAttribute("stroke-width", 1)),
            Line(Left, Y(plainPerSecond, highest), Right, Y(plainPerSecond, highest), Ink, dashes: "6 4"),
            Words(
                Text($"plain, computed: {plan.Pipelines} pipelines, each every {plan.Interval.TotalSeconds:0.##} s"),
                Right, Y(plainPerSecond, highest) + 18, "end", Ink),
            Words(
                Text($"by paces, up to every {plan.StableInterval.TotalSeconds:0} s: {mean:0.0} on average"),
                Right, Y(mean, highest) - 12, "end", "#1d4ed8"),
            Words(Text($"Each mark below the line: a pipeline changed ({day.Changes.Count} in all)."), Left, Height - 12, "start", SoftInk));
        return new StringBuilder().Append(root).Append('\n').ToString();
    }

    private static string Area(Day day, double highest)
    {
        var path = new StringBuilder(Text($"M{Left} {Bottom}"));
        for (var bucket = 0; bucket < day.ReadsByBucket.Count; bucket++)
        {
            var y = Y(day.ReadsByBucket[bucket] / SimulatedDay.Bucket.TotalSeconds, highest);
            path.Append(Text($"L{X(bucket * SimulatedDay.Bucket):0.#} {y:0.#}L{X((bucket + 1) * SimulatedDay.Bucket):0.#} {y:0.#}"));
        }

        return path.Append(Text($"L{Right} {Bottom}Z")).ToString();
    }

    private static string Ticks(Day day)
    {
        var path = new StringBuilder();
        foreach (var change in day.Changes) path.Append(Text($"M{X(change):0.#} {Bottom + 5}v8"));
        return path.ToString();
    }

    private static double X(TimeSpan time) => Left + ((Right - Left) * (time / SimulatedDay.Length));

    private static double Y(double value, double highest) => Bottom - ((Bottom - Top) * value / highest);

    private static XElement Line(double x1, double y1, double x2, double y2, string color, string? dashes = null) => new(
        Svg + "line", new XAttribute("x1", Text($"{x1:0.#}")), new XAttribute("y1", Text($"{y1:0.#}")), new XAttribute("x2", Text($"{x2:0.#}")),
        new XAttribute("y2", Text($"{y2:0.#}")), new XAttribute("stroke", color), new XAttribute("stroke-width", dashes is null ? 1 : 2),
        dashes is null ? null : new XAttribute("stroke-dasharray", dashes));

    private static XElement Words(string text, double x, double y, string anchor, string color, bool isBold = false) => new(
        Svg + "text", new XAttribute("x", Text($"{x:0.#}")), new XAttribute("y", Text($"{y:0.#}")), new XAttribute("text-anchor", anchor),
        new XAttribute("fill", color), isBold ? new XAttribute("font-weight", 600) : null, text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
