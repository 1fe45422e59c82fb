using System.Globalization;
using PipelineAspire.StatusStream.Connections;

namespace PipelineAspire.StatusStream.Http;

/// <summary>The refusals of this service, as problem details.</summary>
internal static class Problems
{
    public static IResult BadRequest(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>Says how many would be allowed, also to those who do not read words.</summary>
    public static IResult TooManyPipelines(int count, int most) => Results.Problem(
        $"{count} pipelines are too many for one request; at most {most} are allowed.",
        statusCode: StatusCodes.Status400BadRequest,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["maxPipelines"] = most });

    /// <summary>The body was not what the server takes: far too large, cut short, or no chunks.</summary>
    public static IResult UnreadableBody(IOException failure, int maxBytes) =>
        BadBody(maxBytes, (failure as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest);

    public static IResult LargeBody(int maxBytes) => BadBody(maxBytes, StatusCodes.Status413PayloadTooLarge);

    public static IResult LateBody(TimeSpan timeout) => Results.Problem(
        $"The body did not arrive within {timeout.TotalSeconds} s.", statusCode: StatusCodes.Status408RequestTimeout);

    public static IResult NoSuchPipeline(string pipelineId) =>
        Results.Problem($"The backend has no pipeline '{pipelineId}'.", statusCode: StatusCodes.Status404NotFound);

    /// <summary>Something to be read alone.</summary>
    public static IResult NotToBePosted(HttpContext context)
    {
        context.Response.Headers.Allow = HttpMethods.Get;
        return Results.Problem(statusCode: StatusCodes.Status405MethodNotAllowed);
    }

    public static IResult NotAcceptable(string offered) =>
        Results.Problem($"This resource is {offered}, which the Accept header excludes.", statusCode: StatusCodes.Status406NotAcceptable);

    public static IResult BackendFailed(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status502BadGateway);

    public static IResult BackendTimedOut(string detail) => Results.Problem(detail, statusCode: StatusCodes.Status504GatewayTimeout);

    /// <summary>The client may come back after some whole seconds, at least one.</summary>
    public static IResult TooManyRequests(HttpContext context, string detail, TimeSpan retryAfter)
    {
        context.Response.Headers.RetryAfter = Math.Max(Math.Ceiling(retryAfter.TotalSeconds), 1).ToString(CultureInfo.InvariantCulture);
        return Results.Problem(detail, statusCode: StatusCodes.Status429TooManyRequests);
    }

    public static IResult Unavailable(HttpContext context, string detail, TimeSpan retryAfter)
    {
        FullService.Refuse(context, retryAfter);
        return Results.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult BadBody(int maxBytes, int statusCode) =>
        Results.Problem($"The body could not be read; at most {maxBytes} bytes are taken.", statusCode: statusCode);
}
