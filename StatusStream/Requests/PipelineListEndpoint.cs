using Microsoft.Net.Http.Headers;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Requests;

/// <summary><c>GET</c> of the prefix: the list of pipelines.</summary>
internal static class PipelineListEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, VisibleList list, CancellationToken cancellationToken)
    {
        try
        {
            var listing = await list.ReadAsync(Viewer.Of(context), cancellationToken);
            var tag = new EntityTagHeaderValue($"\"{listing.Tag.Whole}\"");
            context.Response.Headers.ETag = tag.ToString();
            return IsKnown(context.Request, tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : new JsonBytes(listing.Json);
        }
        catch (BackendException e)
        {
            return e.TimedOut ? Problems.BackendTimedOut(e.Message) : Problems.BackendFailed(e.Message);
        }
        catch (RightsException)
        {
            return PipelineAdmission.RightsUnknown(context);
        }
    }

    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) =>
        request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
}
