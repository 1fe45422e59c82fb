using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>A replica that asks for tokens, and a relay in front of it; or whichever of them is asked for.</summary>
internal sealed class Guarded : IAsyncDisposable
{
    private const string Actions = "PipelineBackend:Actions:stop";

    private Guarded(RunningApi hub, RunningApi? relay) => (Hub, Relay) = (hub, relay);

    public static Tokens Tokens { get; } = new();

    public RunningApi Hub { get; }

    public RunningApi? Relay { get; }

    /// <summary>Where clients are: at the relay, if there is one.</summary>
    public RunningApi Api => Relay ?? Hub;

    /// <summary>Starts it.</summary>
    /// <param name="isRelayed">True for a relay in front.</param>
    /// <param name="authorizer">The host's own, in the place of claims; where clients are.</param>
    /// <param name="settings">More settings, of both.</param>
    public static async Task<Guarded> StartAsync(bool isRelayed = false, IPipelineAuthorizer? authorizer = null, params (string Name, string Value)[] settings)
    {
        Action<IServiceCollection>? replace = authorizer is null ? null : services => services.AddSingleton(authorizer);
        return isRelayed ? await StartRelayedAsync(Tokens.Of("relay", ["*"]), replaceAtRelay: replace, settings: settings) : new(await StartHubAsync(replace, settings), relay: null);
    }

    /// <summary>Starts it with a relay in front.</summary>
    /// <param name="upstreamToken">What the relay presents.</param>
    /// <param name="replaceAtHub">What takes the place of a service of the hub upstream.</param>
    /// <param name="replaceAtRelay">What takes the place of a service of the relay.</param>
    /// <param name="settings">More settings, of both.</param>
    public static async Task<Guarded> StartRelayedAsync(
        string upstreamToken, Action<IServiceCollection>? replaceAtHub = null, Action<IServiceCollection>? replaceAtRelay = null,
        params (string Name, string Value)[] settings)
    {
        var hub = await StartHubAsync(replaceAtHub, settings);
        try
        {
            return new Guarded(hub, await RunningApi.StartAsync(
                replaceAtRelay, [.. Tokens.Settings, ("StatusStream:Upstream", hub.Url.ToString()), ("StatusStream:UpstreamToken", upstreamToken), .. settings]));
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    private static async Task<RunningApi> StartHubAsync(Action<IServiceCollection>? replace, (string Name, string Value)[] settings)
    {
        var hub = await RunningApi.StartAsync(replace, [.. Tokens.Settings, (Actions, "/pipeline/{id}/stop"), ("PipelineBackend:ListPath", "/pipeline"), .. settings]);
        hub.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""[{"pipeline_id":"mine","name":"Mine"},{"pipeline_id":"theirs","name":"Theirs"}]"""));
        return hub;
    }

    public Task<SseClient> StreamAsync(string token, string query) => SseClient.OpenAsync(Api.Url.Port, query, $"Authorization: Bearer {token}\r\n");

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(string? token, HttpMethod method, string path, string? json = null)
    {
        using var answer = await AskAsync(token, method, path, json);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> AskAsync(string? token, HttpMethod method, string path, string? json = null, string? tag = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
    }

    public async ValueTask DisposeAsync()
    {
        if (Relay is not null) await Relay.DisposeAsync();
        await Hub.DisposeAsync();
    }
}
