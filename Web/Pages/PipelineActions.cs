using PipelineAspire.Web.Pipelines;

namespace PipelineAspire.Web.Pages;

/// <summary>The buttons of a pipeline.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Actions">What it may be asked for, in order.</param>
public sealed record PipelineActions(PipelineView Pipeline, IReadOnlyList<string> Actions)
{
    private static readonly string[] Known = ["pause", "resume", "stop", "terminate"];

    /// <summary>The usual ones first, from the mildest on.</summary>
    public static IReadOnlyList<string> Ordered(IEnumerable<string> actions) => [.. actions.OrderBy(PlaceOf).ThenBy(action => action, StringComparer.Ordinal)];

    /// <summary>What its button says: <c>roll-back</c> is "Roll back".</summary>
    public static string Label(string action) => PublicStatus.Label(action.Replace('-', ' '));

    private static int PlaceOf(string action) => Array.IndexOf(Known, action) is var place and >= 0 ? place : Known.Length;
}
