using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.StatusStream.Access;

/// <summary>What is refused for a limit: all of it is counted, and now and then it is logged.</summary>
internal sealed class Refusals(StatusStreamMetrics metrics, TimeProvider timeProvider, ILogger<Refusals> logger)
{
    /// <summary>How long the log says nothing more of a limit.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<Limit, Unlogged> _unlogged = [];

    /// <summary>A request was refused.</summary>
    public void Note(Limit limit, ClientKey client)
    {
        metrics.Refused(limit.Name);
        int count;
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            var before = _unlogged.GetValueOrDefault(limit);
            count = before.Count + 1;
            var isQuiet = before.LoggedAt is { } loggedAt && timeProvider.GetElapsedTime(loggedAt, now) < Quiet;
            _unlogged[limit] = isQuiet ? before with { Count = count } : new Unlogged(0, now);
            if (isQuiet) return;
        }

        logger.Refused(limit.Setting, count, client);
    }

    /// <summary>Refuses a request with 429.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">What it is refused for.</param>
    /// <param name="client">Who sent it.</param>
    /// <param name="reason">Tells the client what is too much; the setting is named behind it.</param>
    /// <param name="retryAfter">When it may come back; said in whole seconds, at least one.</param>
    public IResult TooMany(HttpContext context, Limit limit, ClientKey client, string reason, TimeSpan retryAfter)
    {
        Note(limit, client);
        return Problems.TooManyRequests(context, $"{reason} The limit is {limit.Setting}.", retryAfter);
    }

    private readonly record struct Unlogged(int Count, long? LoggedAt);
}
