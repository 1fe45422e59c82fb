using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PipelineAspire.StatusStream.Client;

/// <summary>Whether the hub answers: its stream, asked for without pipelines, is refused at once and at no cost.</summary>
internal sealed class StatusStreamHealthCheck(Func<HttpClient> http, Uri endpoint) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var answer = await http().GetAsync(endpoint, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, $"The status stream's server answers {(int)answer.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The status stream's server does not answer.", e);
        }
    }
}
