using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>The list as another hub has it.</summary>
internal sealed class UpstreamList(UpstreamReplicas replicas, IOptions<PipelineBackendOptions> options, PollCadence cadence, TimeProvider timeProvider)
    : IPipelineLister
{
    private readonly PipelineListingJson _listing = new(new PipelineBackendOptions { MaxBodyBytes = options.Value.MaxBodyBytes });

    public async ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout + cadence.Interval, timeProvider, cancellationToken);
        try
        {
            var (answer, _) = await replicas.SendAsync(Make, mayRepeat: true, isRefusal: null, within: null, deadline.Token);
            using (answer)
            {
                if (answer.StatusCode == HttpStatusCode.NotModified && known is not null) return known;
                if (!answer.IsSuccessStatusCode)
                {
                    throw new BackendException(
                        $"The list could not be read: the hub upstream answered {(int)answer.StatusCode}.",
                        answer.StatusCode == HttpStatusCode.GatewayTimeout);
                }

                var body = await BoundedBody.ReadAsync(answer, PipelineBackendClient.MaxListBytes, deadline.Token);
                return _listing.Read(body, answer.Headers.ETag?.ToString());
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackendException("The list could not be read: the hub upstream took too long.", timedOut: true);
        }
        catch (Exception e) when (e is UpstreamException or HttpRequestException or IOException or JsonException)
        {
            throw new BackendException($"The list could not be read: {FailureMessage.Of(e)}.", timedOut: false);
        }

        HttpRequestMessage Make(Uri address)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, replicas.Of(address, ""));
            if (known?.ETag is { } tag) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            return request;
        }
    }
}
