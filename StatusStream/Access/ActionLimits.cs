using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Access;

/// <summary>How many actions one client may ask for: each is a request to the backend.</summary>
internal sealed class ActionLimits : IDisposable
{
    private readonly int _perSecond;
    private readonly Refusals _refusals;
    private readonly ClientRate? _asking;

    public ActionLimits(IOptions<LimitsOptions> options, Refusals refusals)
    {
        (_perSecond, _refusals) = (options.Value.ActionsPerSecondPerClient, refusals);
        if (_perSecond > 0) _asking = new ClientRate(_perSecond);
    }

    /// <summary>The answer of 429 to an action too many, or null when it is admitted.</summary>
    public IResult? Refuse(HttpContext context)
    {
        var client = ClientKey.Of(context);
        return _asking?.TryPass(client, out var retryAfter) == false
            ? _refusals.TooMany(
                context, Limit.ActionsPerSecondPerClient, client, $"This client asks for more than {_perSecond} actions a second.", retryAfter)
            : null;
    }

    public void Dispose() => _asking?.Dispose();
}
