namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>The rows of the matrix.</summary>
internal static class Troubles
{
    private const string ChosenVariable = "REFUSALS";

    /// <summary>Every kind; or, when the environment says so, those whose names contain one of its words (between commas).</summary>
    public static readonly IReadOnlyList<Trouble> Chosen = Choose(Environment.GetEnvironmentVariable(ChosenVariable)?.Split(',') ?? [""]);

    private static IReadOnlyList<Trouble> Choose(string[] words) =>
    [
        .. ServerTroubles.All.Concat(LossTroubles.All).Concat(RecordTroubles.All).Concat(RightTroubles.All)
            .Where(trouble => Array.Exists(words, word => trouble.Name.Contains(word, StringComparison.Ordinal))),
    ];
}
