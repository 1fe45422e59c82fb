using System.Collections.Frozen;
using System.Security.Claims;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Access;

/// <summary>Rights as a claim says them, which is as long as the credentials last.</summary>
internal sealed class ClaimedPipelines(IOptions<PipelineRightsOptions> options) : IPipelineAuthorizer
{
    private const char Wildcard = '*';
    private static readonly char[] Separators = [' ', ','];

    public ValueTask<IReadOnlySet<string>> FindVisibleAsync(
        ClaimsPrincipal user, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken)
    {
        var patterns = user.FindAll(options.Value.Claim)
            .SelectMany(static claim => claim.Value.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToLookup(static pattern => pattern[^1] == Wildcard);
        var ids = patterns[false].ToHashSet(StringComparer.Ordinal);
        string[] beginnings = [.. patterns[true].Select(static pattern => pattern[..^1])];
        return new ValueTask<IReadOnlySet<string>>(pipelineIds.Where(MaySee).ToFrozenSet(StringComparer.Ordinal));

        bool MaySee(string id) => ids.Contains(id) || Array.Exists(beginnings, beginning => id.StartsWith(beginning, StringComparison.Ordinal));
    }
}
