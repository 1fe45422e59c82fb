using System.Security.Claims;

namespace PipelineAspire.StatusStream;

/// <summary>
/// Decides which pipelines somebody may see. What one may not see is told like what does not exist; so answer for an id that nobody has
/// heard of as for one that this person may not see. Registered as a singleton, it takes the place of the claim. Thread-safe.
/// </summary>
public interface IPipelineAuthorizer
{
    /// <summary>
    /// Names those of the pipelines that somebody may see. Asked whenever a stream is opened, resumed or changed and at every poll, and
    /// some five times a minute for each open stream, so that a right that is withdrawn has an end within 30 seconds. It may take one
    /// <c>StatusStream:RequestTimeout</c>.
    /// </summary>
    /// <param name="user">Who asks; signed in.</param>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <returns>Those of them that may be seen.</returns>
    ValueTask<IReadOnlySet<string>> FindVisibleAsync(ClaimsPrincipal user, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken);
}
