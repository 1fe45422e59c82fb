using System.Net;

namespace PipelineAspire.Web.Pipelines;

/// <summary>The status service has answered, but not with what was asked for.</summary>
/// <param name="statusCode">Its status code.</param>
/// <param name="detail">Why, in its own words; null when it says nothing.</param>
/// <param name="maxPipelines">How many pipelines it takes in one request, where that was the reason and it says so.</param>
public sealed class RefusedException(HttpStatusCode statusCode, string? detail, int? maxPipelines)
    : Exception($"The status service answered {(int)statusCode}{(detail is null ? "." : $": {detail}")}")
{
    public HttpStatusCode StatusCode { get; } = statusCode;

    public string? Detail { get; } = detail;

    public int? MaxPipelines { get; } = maxPipelines;

    /// <summary>True when the request was too large rather than wrong: the ids in it are valid.</summary>
    public bool IsTooLarge => StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge;
}
