using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>
/// What this hub shows the one upstream, read anew when the configuration is: whoever gets a new token in time is never refused, and whoever
/// gets it late goes on at the next attempt. A new one that makes no sense changes nothing. Thread-safe.
/// </summary>
internal sealed class UpstreamToken(IOptionsMonitor<UpstreamOptions> options, ILogger<UpstreamToken> logger)
{
    private const string Setting = UpstreamOptions.Section + ":" + nameof(UpstreamOptions.UpstreamToken);

    private string? _token = options.CurrentValue.UpstreamToken;
    private int _isIgnored;

    /// <summary>The credentials; null for none.</summary>
    public AuthenticationHeaderValue? Credentials => Read() is { Length: > 0 } token ? new AuthenticationHeaderValue("Bearer", token) : null;

    /// <summary>Why a request was refused with 401, for whoever has to mend it.</summary>
    public string Refusal => Read() is { Length: > 0 } ? $"takes the token of {Setting} no more, or never did" : $"asks for a token, and {Setting} has none";

    private string? Read()
    {
        try
        {
            Volatile.Write(ref _token, options.CurrentValue.UpstreamToken);
            Volatile.Write(ref _isIgnored, 0);
        }
        catch (OptionsValidationException e)
        {
            if (Interlocked.Exchange(ref _isIgnored, 1) == 0) logger.UpstreamTokenIgnored(e.Message);
        }

        return Volatile.Read(ref _token);
    }
}
