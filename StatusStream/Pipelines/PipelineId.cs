using System.Buffers;

namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>
/// What a pipeline id may look like. The rule keeps every id within one path segment of the backend's URL: no
/// separator, no escape, no dot segment can get through.
/// </summary>
internal static class PipelineId
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>True for 1 to 128 characters of <c>A-Z a-z 0-9 . _ -</c> that are not <c>.</c> or <c>..</c>.</summary>
    public static bool IsValid(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxLength && !id.ContainsAnyExcept(Allowed) && id is not "." and not "..";
}
