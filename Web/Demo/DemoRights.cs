using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Claims;
using PipelineAspire.StatusStream;

namespace PipelineAspire.Web.Demo;

/// <summary>
/// Rights as the demo's identity provider has them at the moment, so that one can be withdrawn while somebody watches. An example of a
/// host's own <see cref="IPipelineAuthorizer"/>.
/// </summary>
internal sealed class DemoRights(IHttpClientFactory clients, DemoRightsOptions options, TimeProvider timeProvider) : IPipelineAuthorizer
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, (long At, Task<string[]> Patterns)> _known = new(StringComparer.Ordinal);

    public async ValueTask<IReadOnlySet<string>> FindVisibleAsync(
        ClaimsPrincipal user, IReadOnlyCollection<string> pipelineIds, CancellationToken cancellationToken)
    {
        var patterns = await OfAsync(user.FindFirstValue("sub") ?? "").WaitAsync(cancellationToken);
        return pipelineIds.Where(id => patterns.Any(pattern => Matches(pattern, id))).ToHashSet(StringComparer.Ordinal);
    }

    private Task<string[]> OfAsync(string person)
    {
        var now = timeProvider.GetTimestamp();
        return _known.AddOrUpdate(
            person,
            name => (now, ReadAsync(name)),
            (name, known) => timeProvider.GetElapsedTime(known.At, now) < Remembered && !known.Patterns.IsFaulted ? known : (now, ReadAsync(name))).Patterns;
    }

    private async Task<string[]> ReadAsync(string person)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(options.Url, Uri.EscapeDataString(person)));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Secret);
        using var answer = await clients.CreateClient(DemoSetup.HttpClientName).SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Rights>())?.Pipelines ?? [];
    }

    private static bool Matches(string pattern, string id) =>
        pattern is [.., '*'] ? id.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == id;

    private sealed record Rights(string[] Pipelines);
}

/// <summary>Where the demo's identity provider tells rights. Section <c>Demo:Rights</c>.</summary>
/// <param name="Url">The address that a person's name is put behind.</param>
/// <param name="Secret">What is presented there.</param>
internal sealed record DemoRightsOptions(Uri Url, string Secret);

internal static class DemoRightsSetup
{
    private const string Url = "Demo:Rights:Url";
    private const string Secret = "Demo:Rights:Secret";

    /// <summary>Takes rights from the demo's provider, where its address is known.</summary>
    public static void AddDemoRights(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[Url] is not { Length: > 0 } url) return;
        services.AddSingleton(new DemoRightsOptions(new Uri(url), configuration[Secret] ?? ""));
        services.AddSingleton<IPipelineAuthorizer, DemoRights>();
    }
}
