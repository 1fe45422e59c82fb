using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Passes actions to the backend: each is sent once, within its deadline, and is never repeated.</summary>
internal sealed class PipelineActionClient(
    HttpClient http, IOptions<PipelineBackendOptions> options, PollCadence cadence, TimeProvider timeProvider)
{
    /// <summary>How many actions are under way at once; the others wait, within their deadlines.</summary>
    public const int MaxConcurrent = 16;

    private readonly PipelineBackendOptions _backend = options.Value;
    private readonly string _baseUrl = options.Value.BaseUrl.TrimEnd('/');

    /// <summary>Asks for an action. Failures are outcomes too; it throws only when <paramref name="cancellationToken"/> is cancelled.</summary>
    /// <param name="pipelineId">The pipeline.</param>
    /// <param name="path">The action's path, as configured.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public async Task<ActionOutcome> SendAsync(string pipelineId, string path, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(cadence.RequestTimeout, timeProvider, cancellationToken);
        try
        {
            var url = _baseUrl + path.Replace(PipelineBackendOptions.IdPlaceholder, pipelineId, StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Version = http.DefaultRequestVersion,
                VersionPolicy = http.DefaultVersionPolicy,
                Content = new ByteArrayContent([]), // a request without content is one that the HTTP stack may send again
            };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var code = (int)response.StatusCode;
            if (response.IsSuccessStatusCode) return new ActionOutcome(ActionResult.Accepted, code);
            var words = await ReadWordsAsync(response, deadline.Token);
            return code switch
            {
                // The hub's own credentials, or its way to the backend: nothing that whoever asked could mend.
                401 or 407 => new ActionOutcome(
                    ActionResult.Failed, code, $"the backend refuses this hub's credentials ({code}): see {PipelineBackendOptions.Section}:Headers"),
                >= 400 and < 500 => new ActionOutcome(ActionResult.Refused, code, words, BackendHeaders.RetryAfter(response, timeProvider)),
                _ => new ActionOutcome(ActionResult.Failed, code, words is null ? $"the backend answered {code}" : $"the backend answered {code}: {words}"),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ActionOutcome(ActionResult.TimedOut);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            return new ActionOutcome(ActionResult.Failed, Words: FailureMessage.Of(e));
        }
    }

    /// <summary>What it says of a refusal. Words that come too late, or too many, do not change the answer.</summary>
    private async Task<string?> ReadWordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return RefusalWords.Read(await BoundedBody.ReadAsync(response, _backend.MaxBodyBytes, cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            return null;
        }
    }
}
