using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Streaming.Watching;
using PipelineAspire.StatusStream.Tests.Connections;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>A host's own authorizer, with the clock by which that is asked for streams that are open.</summary>
internal sealed class HostRights : IPipelineAuthorizer
{
    private readonly ConcurrentDictionary<string, string[]> _pipelines = new(StringComparer.Ordinal);

    public WaitingClock Clock { get; } = new();

    public void AddTo(IServiceCollection services) => services
        .AddSingleton<IPipelineAuthorizer>(this)
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<RightsReview>(provider, Clock));

    /// <summary>From now on a person may see these and no others.</summary>
    public void Set(string subject, params string[] pipelines) => _pipelines[subject] = pipelines;

    public ValueTask<IReadOnlySet<string>> FindVisibleAsync(ClaimsPrincipal user, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken)
    {
        var visible = _pipelines.GetValueOrDefault(user.FindFirstValue("sub") ?? "", []);
        return ValueTask.FromResult<IReadOnlySet<string>>(pipelineIds.Where(visible.Contains).ToHashSet(StringComparer.Ordinal));
    }
}
