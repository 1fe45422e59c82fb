using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Http;

/// <summary>The query parameter <c>pipelineIds=id1,id2</c>.</summary>
internal static class PipelineIdsQuery
{
    public const string Name = "pipelineIds";

    private const int LongestNamed = PipelineId.MaxLength + 12;

    /// <summary>Splits on commas, trims, drops empties and duplicates; refuses none, too many and malformed ids.</summary>
    public static bool TryParse(
        StringValues values, int most, [NotNullWhen(true)] out IReadOnlyList<string>? pipelineIds, [NotNullWhen(false)] out IResult? refusal)
    {
        pipelineIds = null;
        var ids = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                var id = value.AsSpan(range).Trim();
                if (id.IsEmpty) continue;
                if (!PipelineId.IsValid(id))
                {
                    refusal = Problems.BadRequest(Malformed(id));
                    return false;
                }

                var text = id.ToString();
                if (seen.Add(text)) ids.Add(text);
            }
        }

        refusal = ids.Count switch
        {
            0 => Problems.BadRequest($"Name at least one pipeline: ?{Name}=id1,id2."),
            _ when ids.Count > most => Problems.TooManyPipelines(ids.Count, most),
            _ => null,
        };
        if (refusal is not null) return false;
        pipelineIds = ids;
        return true;
    }

    /// <summary>What is wrong with an id, naming it (shortened when it is very long).</summary>
    public static string Malformed(ReadOnlySpan<char> id)
    {
        var named = id.Length <= LongestNamed ? id.ToString() : $"{id[..LongestNamed]}…";
        return $"'{named}' is not a pipeline id: 1 to {PipelineId.MaxLength} of A-Z a-z 0-9 . _ - and not '.' or '..'.";
    }
}
