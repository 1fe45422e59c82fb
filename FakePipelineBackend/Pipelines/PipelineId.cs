using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>What the id of a pipeline may look like.</summary>
public static class PipelineId
{
    public const int MaxLength = 128;

    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule = "a pipeline id is 1 to 128 of A-Z a-z 0-9 . _ - (but not . or ..)";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsValid([NotNullWhen(true)] string? id) =>
        id is { Length: >= 1 and <= MaxLength } and not "." and not ".." && !id.AsSpan().ContainsAnyExcept(Allowed);
}
