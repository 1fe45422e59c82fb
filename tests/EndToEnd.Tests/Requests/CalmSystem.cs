using System.Net.Http.Headers;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Requests;

/// <summary>A system that reads each pipeline once a minute: what is told sooner was asked for.</summary>
public sealed class CalmSystem : IAsyncLifetime
{
    private const string NotifyKey = "known-to-the-backend";

    private RunningSystem? _system;

    internal RunningSystem System => _system!;

    public async Task InitializeAsync() => _system = await RunningSystem.StartAsync(new SystemSettings
    {
        PollInterval = TimeSpan.FromMinutes(1),
        RequestTimeout = TimeSpan.FromSeconds(3),
        Api = new Dictionary<string, string> { ["StatusStream__NotifyKey"] = NotifyKey }, // Web's, too
    });

    /// <summary>Notifies through Web, as a backend that knows the key does, or with another key, or none.</summary>
    internal async Task<HttpResponseMessage> NotifyAsync(string body, string? key = NotifyKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "ui-api/pipeline/notify") { Content = new StringContent(body) };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await System.Http.SendAsync(request);
    }

    public async Task DisposeAsync()
    {
        if (_system is not null) await _system.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class CalmCollection : ICollectionFixture<CalmSystem>
{
    public const string Name = "Calm";
}
