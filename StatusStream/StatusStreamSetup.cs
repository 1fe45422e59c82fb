using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Control;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Requests;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Streaming.Direct;

namespace PipelineAspire.StatusStream;

/// <summary>The hub in a host of ASP.NET Core: one poll loop for everybody, its changes as Server-Sent Events.</summary>
public static class StatusStreamSetup
{
    /// <summary>
    /// Adds the hub. Its settings are the sections <c>StatusStream</c>, <c>PipelineBackend</c> and the connection string
    /// <c>redis</c>, without which it works alone; what makes no sense there keeps the host from starting.
    /// </summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The connection string makes no sense.</exception>
    public static TBuilder AddStatusStream<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services
            .AddDiagnostics()
            .AddAccess()
            .AddBackplane()
            .AddPollingSettings()
            .AddBroadcasting()
            .AddStreaming()
            .AddRequests();
        if (builder.Configuration.HasUpstream()) builder.Services.AddUpstream();
        else builder.Services.AddPolling().AddActions().AddRedisBackplane(builder.Configuration);
        builder.Services.AddControl(builder.Configuration);
        return builder;
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
    /// Maps <c>/ui-api/pipeline</c>: streams, polls, the list, notifications and actions. Conventions of what is returned, such as
    /// <c>RequireAuthorization()</c> or <c>RequireCors()</c>, apply to all of them.
    /// </summary>
    public static IEndpointConventionBuilder MapStatusStream(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("");
        group.MapStreaming();
        group.MapRequests();
        group.MapControl();
        return group;
    }
}
