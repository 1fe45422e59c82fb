using System.Net;
using System.Net.Http.Headers;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.StatusStream.Requests;

/// <summary>What only the hub that polls can do, notifications and actions, is passed to the hub upstream, and its answer back.</summary>
internal static class ForwardEndpoint
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>Passes a request on. One that may have been received is not repeated, unless it only says: look now.</summary>
    public static async Task<IResult> HandleAsync(HttpContext context, UpstreamReplicas upstream, string path, int maxBodyBytes, bool mayRepeat)
    {
        var (body, refusal) = await RequestBody.ReadAsync(context, maxBodyBytes);
        if (refusal is not null) return refusal;
        var isNotification = path == NotifyEndpoint.Path;
        try
        {
            var (answer, _) = await upstream.SendAsync(
                address => Make(context.Request, upstream.Of(address, path), body!, isNotification),
                mayRepeat, isRefusal: null, within: null, context.RequestAborted);
            if (isNotification || answer.StatusCode != HttpStatusCode.Unauthorized || answer.Headers.WwwAuthenticate.Count == 0) return new ForwardedAnswer(answer);
            answer.Dispose(); // it was this hub's token: the client would take it for the end of its own session
            return Problems.Unavailable(context, "The hub upstream does not take the credentials of this one.", RetryAfter);
        }
        catch (UpstreamException e) when (e.MayBeReceived)
        {
            return Problems.BackendTimedOut($"The hub upstream has not answered, and may have done it: {e.Message}.");
        }
        catch (UpstreamException e)
        {
            return Problems.Unavailable(context, $"The hub upstream cannot be asked: {e.Message}.", RetryAfter);
        }
    }

    private static HttpRequestMessage Make(HttpRequest from, Uri address, byte[] body, bool isNotification)
    {
        var message = new HttpRequestMessage(new HttpMethod(from.Method), address);
        if (HttpMethods.IsPost(from.Method))
        {
            message.Content = new ByteArrayContent(body);
            if (MediaTypeHeaderValue.TryParse(from.ContentType, out var type)) message.Content.Headers.ContentType = type;
        }

        // The client's credentials are for this hub, which presents its own; the key of a notification is for whoever takes it.
        if (isNotification && from.Headers.Authorization is [{ } authorization]) message.Headers.TryAddWithoutValidation(nameof(from.Headers.Authorization), authorization);
        return message.For(from.HttpContext);
    }
}

/// <summary>An answer of the hub upstream.</summary>
internal sealed class ForwardedAnswer(HttpResponseMessage answer) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (answer)
        {
            var response = httpContext.Response;
            response.StatusCode = (int)answer.StatusCode;
            response.ContentType = answer.Content.Headers.ContentType?.ToString();
            if (answer.Headers.WwwAuthenticate.Count > 0) response.Headers.WWWAuthenticate = answer.Headers.WwwAuthenticate.ToString();
            if (answer.Headers.RetryAfter is { } retryAfter) response.Headers.RetryAfter = retryAfter.ToString();
            await answer.Content.CopyToAsync(response.Body, httpContext.RequestAborted);
        }
    }
}
