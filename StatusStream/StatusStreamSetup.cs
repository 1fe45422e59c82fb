using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Requests;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Streaming.Direct;

namespace PipelineAspire.StatusStream;

/// <summary>The hub in a host of ASP.NET Core: one poll loop for everybody, its changes as Server-Sent Events.</summary>
public static class StatusStreamSetup
{
    private const string DefaultPrefix = "/ui-api/pipeline";

    /// <summary>
    /// Adds a hub that reads its backend by itself, unless the builder is told otherwise. Its settings are the sections <c>StatusStream</c>
    /// and <c>PipelineBackend</c>; what makes no sense there keeps the host from starting. A host has one hub: called again, it gives the same builder.
    /// </summary>
    public static StatusStreamBuilder AddStatusStream(this IServiceCollection services)
    {
        if (services.Select(service => service.ImplementationInstance).OfType<StatusStreamBuilder>().FirstOrDefault() is { } known) return known;
        services.TryAddSingleton(TimeProvider.System);
        var hub = new StatusStreamBuilder(services
            .AddDiagnostics()
            .AddAccess()
            .AddBackplane()
            .AddPollingSettings()
            .AddBroadcasting()
            .AddStreaming()
            .AddRequests());
        services.AddSingleton(hub).AddHostedService<UnknownSettings>();
        return hub;
    }

    /// <summary>
    /// Adds a hub whose settings say where it has its statuses from, too: with <c>StatusStream:Upstream</c> it is a relay, with a connection
    /// string <c>redis</c> it shares its loop.
    /// </summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The connection string makes no sense.</exception>
    public static StatusStreamBuilder AddStatusStream(this IHostApplicationBuilder builder)
    {
        var hub = builder.Services.AddStatusStream();
        if (builder.Configuration.HasUpstream()) hub.AddUpstream();
        else if (builder.Configuration.HasRedis(RedisBackplaneOptions.ConnectionName)) hub.AddRedis();
        return hub;
    }

    /// <summary>
    /// Lets streams over plain HTTP/1.1 at this endpoint of Kestrel go straight to their sockets once they are admitted, which
    /// saves some 5 KB for each that rests. For <c>ConfigureEndpointDefaults</c>, or an endpoint of its own.
    /// </summary>
    public static ListenOptions UseDirectStreams(this ListenOptions endpoint)
    {
        endpoint.Use(static next => connection => HijackableConnection.ServeAsync(connection, next));
        return endpoint;
    }

    /// <summary>
    /// Maps streams, polls, the list, notifications and actions. Conventions of what is returned, such as <c>RequireAuthorization()</c> or
    /// <c>RequireCors()</c>, apply to all of them.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <param name="prefix">What their paths begin with. Default <c>/ui-api/pipeline</c>, which is where clients look.</param>
    /// <exception cref="ArgumentException">The prefix is the address of the stream.</exception>
    /// <exception cref="InvalidOperationException">No hub was added, or an <see cref="IPipelineAuthorizer"/> and nothing that says who asks (<c>AddPipelineRights()</c>, say).</exception>
    public static IEndpointConventionBuilder MapStatusStream(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix = DefaultPrefix)
    {
        if (prefix.TrimEnd('/') is var path && path.EndsWith(StreamRequest.Path, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{prefix}' is where the stream is. Map its prefix: '{path[..^StreamRequest.Path.Length]}'.", nameof(prefix));
        var rights = endpoints.ServiceProvider.GetService<PipelineRights>()
            ?? throw new InvalidOperationException("There is no hub to map: call AddStatusStream() on the builder first.");
        if (rights.AreAsked && endpoints.ServiceProvider.GetService<IAuthorizationService>() is null)
        {
            throw new InvalidOperationException(
                $"There is an {nameof(IPipelineAuthorizer)}, and nobody can be signed in: call AddPipelineRights() on the hub, too.");
        }

        var all = endpoints.MapGroup("");
        var guarded = all.MapGroup("");
        if (rights.AreAsked) guarded.RequireAuthorization();
        var hub = guarded.MapGroup(prefix);
        hub.MapStreaming();
        hub.MapRequests();
        guarded.MapList(prefix);
        all.MapGroup(prefix).MapNotify(); // has a key of its own
        return all;
    }
}
