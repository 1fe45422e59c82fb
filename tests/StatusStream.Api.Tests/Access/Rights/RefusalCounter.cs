using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>In front of a hub: when it refused somebody's credentials, and how many streams it was asked for.</summary>
internal sealed class RefusalCounter : IStartupFilter
{
    private readonly ConcurrentQueue<long> _refusedAt = new();
    private int _streams;

    /// <summary>When, in the order of time.</summary>
    public IReadOnlyList<long> RefusedAt => [.. _refusedAt];

    public int Streams => Volatile.Read(ref _streams);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            if (context.Request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal)) Interlocked.Increment(ref _streams);
            await rest(context);
            if (context.Response.StatusCode == StatusCodes.Status401Unauthorized) _refusedAt.Enqueue(TimeProvider.System.GetTimestamp());
        });
        next(app);
    };
}
