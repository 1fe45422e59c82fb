using System.Net.Sockets;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>Healthy is what answers a GET with the status code wanted, within 2 s.</summary>
internal static class HttpProbe
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    public static HealthProbe For(Uri url, int statusCode) => async cancellation =>
    {
        try
        {
            using var answer = await Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return (int)answer.StatusCode == statusCode ? null : $"GET {url} answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException refused)
        {
            return refused.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? $"nobody listens at {url}"
                : $"GET {url}: {refused.Message}";
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"GET {url} has no answer after {Client.Timeout.TotalSeconds} s";
        }
    };
}
