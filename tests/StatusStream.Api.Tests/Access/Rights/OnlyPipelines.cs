using System.Collections.Concurrent;
using System.Security.Claims;

namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>A host's own authorizer: who may see what it is told, and it can be told to fail or to hang.</summary>
internal sealed class OnlyPipelines(params IReadOnlyCollection<string> pipelineIds) : IPipelineAuthorizer
{
    private readonly ConcurrentDictionary<string, bool> _visible = new(pipelineIds.Select(id => KeyValuePair.Create(id, true)), StringComparer.Ordinal);
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public Exception? Failure { get; set; }

    public bool Hangs { get; set; }

    public void Grant(string pipelineId) => _visible[pipelineId] = true;

    public void Withdraw(string pipelineId) => _visible.TryRemove(pipelineId, out _);

    public async ValueTask<IReadOnlySet<string>> FindVisibleAsync(
        ClaimsPrincipal user, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        if (Hangs) await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        if (Failure is { } failure) throw failure;
        return pipelineIds.Where(_visible.ContainsKey).ToHashSet(StringComparer.Ordinal);
    }
}
