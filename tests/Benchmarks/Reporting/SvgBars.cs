using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace PipelineAspire.Benchmarks.Reporting;

/// <summary>One bar.</summary>
/// <param name="Label">What it stands for.</param>
/// <param name="Value">How long it is; 0 or more.</param>
/// <param name="IsComputed">True when it was not measured: it is paler.</param>
internal readonly record struct Bar(string Label, double Value, bool IsComputed = false);

/// <summary>Bars of one unit under one title.</summary>
/// <param name="Title">What is shown, with the unit.</param>
/// <param name="Bars">At least one.</param>
/// <param name="IsLogarithmic">True where the values are orders of magnitude apart.</param>
internal sealed record BarPanel(string Title, IReadOnlyList<Bar> Bars, bool IsLogarithmic = false);

/// <summary>Draws panels of horizontal bars, one below the other, legible on light and dark pages.</summary>
internal static class SvgBars
{
    private const int Width = 760;
    private const int LabelWidth = 300;
    private const int NumberWidth = 80;
    private const int RowHeight = 22;
    private const int TitleHeight = 34;
    private const int Margin = 16;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static string Draw(IReadOnlyList<BarPanel> panels)
    {
        var height = (2 * Margin) + panels.Sum(Height);
        var root = new XElement(Svg + "svg",
            new XAttribute("viewBox", Text($"0 0 {Width} {height}")), new XAttribute("width", Width), new XAttribute("height", height),
            new XAttribute("role", "img"), new XAttribute("font-family", "system-ui, sans-serif"), new XAttribute("font-size", 13),
            new XElement(Svg + "title", string.Join("; ", panels.Select(panel => panel.Title))),
            new XElement(
                Svg + "rect", new XAttribute("width", Width), new XAttribute("height", height), new XAttribute("rx", 8), new XAttribute("fill", "#ffffff")));
        var top = Margin;
        foreach (var panel in panels)
        {
            root.Add(Rows(panel, top));
            top += Height(panel);
        }

        return new StringBuilder().Append(root).Append('\n').ToString();
    }

    private static int Height(BarPanel panel) => TitleHeight + (panel.Bars.Count * RowHeight) + Margin;

    private static IEnumerable<XElement> Rows(BarPanel panel, int top)
    {
        yield return Words(panel.IsLogarithmic ? $"{panel.Title}, logarithmic" : panel.Title, Margin, top + 20, "start", "#111827", isBold: true);
        var longest = panel.Bars.Max(bar => Length(panel, bar.Value));
        var room = Width - LabelWidth - NumberWidth - (2 * Margin);
        for (var i = 0; i < panel.Bars.Count; i++)
        {
            var bar = panel.Bars[i];
            var y = top + TitleHeight + (i * RowHeight);
            var length = longest > 0 ? room * Length(panel, bar.Value) / longest : 0;
            yield return Words(bar.Label, LabelWidth, y + 14, "end", "#374151");
            yield return new XElement(Svg + "rect",
                new XAttribute("x", LabelWidth + 8), new XAttribute("y", y + 2), new XAttribute("height", RowHeight - 6),
                new XAttribute("width", Text($"{Math.Max(length, 1):0.#}")), new XAttribute("rx", 2),
                new XAttribute("fill", bar.IsComputed ? "#9ca3af" : "#2563eb"));
            yield return Words(ResultTable.Number(bar.Value), LabelWidth + 14 + length, y + 14, "start", "#111827");
        }
    }

    private static double Length(BarPanel panel, double value) => panel.IsLogarithmic ? Math.Log10(1 + value) : value;

    private static XElement Words(string text, double x, double y, string anchor, string color, bool isBold = false) => new(
        Svg + "text", new XAttribute("x", Text($"{x:0.#}")), new XAttribute("y", Text($"{y:0.#}")), new XAttribute("text-anchor", anchor),
        new XAttribute("fill", color), isBold ? new XAttribute("font-weight", 600) : null, text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
