using System.Globalization;
using System.Text.Encodings.Web;

namespace PipelineAspire.DemoIdentity.Pages;

/// <summary>Markup. What is put into it is encoded, unless it is markup itself.</summary>
internal sealed record Html(string Markup)
{
    public static readonly Html Nothing = new("");

    public static Html Of(FormattableString text) =>
        new(string.Format(CultureInfo.InvariantCulture, text.Format, [.. text.GetArguments().Select(Encode)]));

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(static part => part.Markup)));

    private static object Encode(object? value) => value is Html html ? html.Markup : HtmlEncoder.Default.Encode(value?.ToString() ?? "");
}
