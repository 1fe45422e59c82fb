using System.Net;
using PipelineAspire.StatusStream;

namespace PipelineAspire.Web.Pipelines;

/// <summary>What whoever looks at a page may see: the replicas show Web everything.</summary>
public sealed class ViewerRights(IHttpContextAccessor accessor, ILogger<ViewerRights> log, IPipelineAuthorizer? authorizer = null)
{
    /// <summary>Those of the pipelines that the viewer may see.</summary>
    /// <exception cref="RefusedException">Nobody knows which.</exception>
    public async ValueTask<IReadOnlyCollection<string>> FindVisibleAsync(IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken)
    {
        if (authorizer is null) return pipelineIds;
        if (accessor.HttpContext?.User is not { Identity.IsAuthenticated: true } user) return [];
        try
        {
            return await authorizer.FindVisibleAsync(user, pipelineIds, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // the host's own code: whatever it throws, nobody is shown what may be hidden
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.RightsUnknown(e);
            throw new RefusedException(HttpStatusCode.ServiceUnavailable, "Which pipelines you may see could not be found out.", maxPipelines: null);
        }
    }
}
