using System.Security.Claims;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Access;

/// <summary>Rights as a claim says them, which is as long as the credentials last. Asked at every opening: it leaves little to be collected.</summary>
internal sealed class ClaimedPipelines(IOptions<PipelineRightsOptions> options) : IPipelineAuthorizer
{
    private const char Wildcard = '*';
    private const string Separators = " ,";

    public ValueTask<IReadOnlySet<string>> FindVisibleAsync(
        ClaimsPrincipal user, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken)
    {
        var visible = new HashSet<string>(StringComparer.Ordinal);
        HashSet<string>? asked = null;
        foreach (var claim in user.FindAll(options.Value.Claim))
        {
            foreach (var range in claim.Value.AsSpan().SplitAny(Separators))
            {
                var pattern = claim.Value.AsSpan(range).Trim();
                if (pattern.IsEmpty) continue;
                if (pattern[^1] == Wildcard) AddBeginning(visible, pipelineIds, pattern[..^1]);
                else if ((asked ??= pipelineIds.ToHashSet(StringComparer.Ordinal)).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(pattern, out var id)) visible.Add(id);
            }
        }

        return new ValueTask<IReadOnlySet<string>>(visible);
    }

    private static void AddBeginning(HashSet<string> visible, IReadOnlyCollection<string> pipelineIds, ReadOnlySpan<char> beginning)
    {
        foreach (var id in pipelineIds)
        {
            if (id.AsSpan().StartsWith(beginning, StringComparison.Ordinal)) visible.Add(id);
        }
    }
}
