using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Requests;

/// <summary><c>GET /ui-api/pipeline</c></summary>
internal static class PipelineListEndpoint
{
    public const string Path = "/ui-api/pipeline";

    public static async Task<IResult> HandleAsync(BackendList list, CancellationToken cancellationToken)
    {
        try
        {
            return new JsonBytes((await list.ReadAsync(cancellationToken)).Json);
        }
        catch (BackendException e)
        {
            return e.TimedOut ? Problems.BackendTimedOut(e.Message) : Problems.BackendFailed(e.Message);
        }
    }
}
