using Microsoft.Extensions.DependencyInjection.Extensions;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Requests;

namespace PipelineAspire.StatusStream;

/// <summary>Where a hub has its statuses from: alone from its backend, together with other replicas, or from another hub.</summary>
public sealed class StatusStreamBuilder
{
    private readonly IReadOnlyList<ServiceDescriptor> _pollLoops;
    private string? _source;

    /// <param name="services">With everything but the source.</param>
    internal StatusStreamBuilder(IServiceCollection services)
    {
        Services = services;
        services.AddBackendClients().AddActions();
        var others = services.Count;
        services.AddPollLoops();
        _pollLoops = [.. services.Skip(others)];
    }

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Shares one poll loop with the other replicas that have the same Redis. Its address is a connection string; without it, or with one
    /// that makes no sense, the host does not start.
    /// </summary>
    /// <param name="connectionName">The connection string's name: <c>ConnectionStrings:{connectionName}</c>. Default <c>redis</c>.</param>
    /// <exception cref="InvalidOperationException">It was called before, or the hub is a relay.</exception>
    public StatusStreamBuilder AddRedis(string connectionName = RedisBackplaneOptions.ConnectionName)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        Choose(nameof(AddRedis));
        Services.AddRedisBackplane(connectionName);
        return this;
    }

    /// <summary>
    /// Makes the hub a relay: it passes on the stream of the hub at <c>StatusStream:Upstream</c>, and reads no backend and no Redis.
    /// Without that setting the host does not start.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was called before, or <see cref="AddRedis"/> was.</exception>
    public StatusStreamBuilder AddUpstream()
    {
        Choose(nameof(AddUpstream));
        foreach (var service in _pollLoops) Services.Remove(service);
        Services.AddUpstreamBackplane();
        return this;
    }

    /// <summary>
    /// Closes streams, watch requests, polls, actions and the list to who is not signed in, and shows everybody what they may see: what the
    /// claim <c>pipelines</c> names (<c>StatusStream:Rights:Claim</c>), unless the host registers an <see cref="IPipelineAuthorizer"/> of
    /// its own. How people sign in is the host's: <c>AddAuthentication()</c>. Notifications have a key of their own,
    /// <c>StatusStream:NotifyKey</c>.
    /// </summary>
    public StatusStreamBuilder AddPipelineRights()
    {
        Services.AddAuthorization();
        Services.AddOptions<PipelineRightsOptions>().BindConfiguration(PipelineRightsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        Services.TryAddSingleton<IPipelineAuthorizer, ClaimedPipelines>();
        return this;
    }

    private void Choose(string source)
    {
        if (_source is not null) throw new InvalidOperationException($"{source} after {_source}: a hub has one source.");
        _source = source;
    }
}
