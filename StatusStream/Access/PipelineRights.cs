using System.Collections.Frozen;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Access;

/// <summary>Which pipelines a viewer may not see. Where nobody decides that, everybody may see all.</summary>
internal sealed class PipelineRights(PollCadence cadence, TimeProvider timeProvider, ILogger<PipelineRights> logger, IPipelineAuthorizer? authorizer = null)
{
    /// <summary>True when not everybody may see all.</summary>
    public bool AreAsked => authorizer is not null;

    /// <summary>True when a right may come and go while its owner's credentials last.</summary>
    public bool MayChange => authorizer is not (null or ClaimedPipelines);

    /// <summary>Names those of the pipelines that a viewer may not see.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="RightsException">The authorizer has failed, or takes too long.</exception>
    public async ValueTask<IReadOnlySet<string>> FindHiddenAsync(
        Viewer viewer, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken)
    {
        if (authorizer is null || pipelineIds.Count == 0) return FrozenSet<string>.Empty;
        if (viewer.User is null) return pipelineIds.ToHashSet(StringComparer.Ordinal);
        var visible = authorizer is ClaimedPipelines claims
            ? await claims.FindVisibleAsync(viewer.User, pipelineIds, cancellationToken)
            : await AskAsync(authorizer, viewer, pipelineIds, cancellationToken);
        return visible.Count == pipelineIds.Count
            ? FrozenSet<string>.Empty
            : pipelineIds.Where(id => !visible.Contains(id)).ToHashSet(StringComparer.Ordinal);
    }

    private async ValueTask<IReadOnlySet<string>> AskAsync(
        IPipelineAuthorizer host, Viewer viewer, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout, timeProvider, cancellationToken);
        try
        {
            return await host.FindVisibleAsync(viewer.User!, pipelineIds, deadline.Token).AsTask()
                .WaitAsync(cadence.RequestTimeout, timeProvider, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // the host's own code: whatever it throws, nobody is shown what may be hidden
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.RightsUnknown(viewer.Client, e);
            throw new RightsException(e);
        }
    }
}

/// <summary>Nobody knows which pipelines a viewer may see.</summary>
internal sealed class RightsException(Exception cause) : Exception("Nobody knows which pipelines may be seen.", cause);
