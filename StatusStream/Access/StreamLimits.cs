using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Access;

/// <summary>How many streams one client may open in a time, and how many it may have open.</summary>
internal sealed class StreamLimits : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly int _opensPerSecond;
    private readonly int _streams;
    private readonly Refusals _refusals;
    private readonly ClientRate? _opening;
    private readonly ClientStreams? _open;

    public StreamLimits(IOptions<LimitsOptions> options, Refusals refusals)
    {
        (_opensPerSecond, _streams, _refusals) = (options.Value.OpensPerSecondPerClient, options.Value.StreamsPerClient, refusals);
        if (_opensPerSecond > 0) _opening = new ClientRate(_opensPerSecond);
        if (_streams > 0) _open = new ClientStreams(_streams);
    }

    /// <summary>Refuses a stream that is more than its client may have.</summary>
    /// <param name="context">The request.</param>
    /// <param name="stream">To be disposed of when an admitted stream is over; null when nobody counts.</param>
    /// <returns>The answer of 429, or null when the stream is admitted.</returns>
    public IResult? Refuse(HttpContext context, out ClientStream? stream)
    {
        stream = null;
        if (_opening is null && _open is null) return null;
        var client = ClientKey.Of(context);
        if (_opening?.TryPass(client, out var retryAfter) == false)
        {
            return _refusals.TooMany(
                context, Limit.OpensPerSecondPerClient, client, $"This client opens more than {_opensPerSecond} streams a second.", retryAfter);
        }

        if (_open is null) return null;
        stream = _open.TryOpen(client);
        return stream is null
            ? _refusals.TooMany(context, Limit.StreamsPerClient, client, $"This client has {_streams} streams open, as many as one may have.", RetryAfter)
            : null;
    }

    public void Dispose() => _opening?.Dispose();
}
