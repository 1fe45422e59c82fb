using Microsoft.Extensions.Options;

namespace PipelineAspire.Web.BrowserClient;

/// <summary>
/// The browser client's <c>SSEManagerConfig</c>. Section <c>SseManager</c>; times are whole milliseconds, as in the browser.
/// </summary>
public sealed class SseManagerOptions
{
    public const string Section = "SseManager";

    /// <summary>Path of the stream on this origin. Default <c>/ui-api/pipeline/status/stream</c>.</summary>
    public string Endpoint { get; set; } = "/ui-api/pipeline/status/stream";

    /// <summary>
    /// The most pipelines in one request, as <c>StatusStream:MaxPipelinesPerStream</c> of StatusStream.Api says; longer lists are
    /// polled in parts. 1 to 10000, default 500.
    /// </summary>
    public int MaxPipelines { get; set; } = 500;

    /// <summary>Attempts after a failure before polling takes over. 0 to 1000, default 5.</summary>
    public int MaxReconnectAttempts { get; set; } = 5;

    /// <summary>Wait before the first attempt, doubled for each one after it. 1 to 3600000, default 1000.</summary>
    public int ReconnectDelay { get; set; } = 1000;

    /// <summary>The longest wait between attempts. 1 to 3600000, not less than <see cref="ReconnectDelay"/>, default 30000.</summary>
    public int MaxReconnectDelay { get; set; } = 30_000;

    /// <summary>A stream without any event for so long is dead. 1 to 3600000, default 45000: one and a half heartbeats.</summary>
    public int HeartbeatTimeout { get; set; } = 45_000;

    /// <summary>Whether polling takes over when the attempts are used up. Default true.</summary>
    public bool EnablePollingFallback { get; set; } = true;

    /// <summary>How long a stream must have lasted before failures are forgotten. 0 to 3600000, default 5000.</summary>
    public int HealthyAfter { get; set; } = 5000;

    /// <summary>Time between two polls. 1 to 3600000, default 2000.</summary>
    public int PollInterval { get; set; } = 2000;

    /// <summary>Time between quiet attempts to stream again. 0 (never) to 3600000, default 60000.</summary>
    public int ReturnInterval { get; set; } = 60_000;

    /// <summary>The same with attempts at most 300 ms, 600 ms, … after a failure, and a return tried every 15 s at least.</summary>
    internal SseManagerOptions FastFallback()
    {
        var hasty = (SseManagerOptions)MemberwiseClone();
        hasty.ReconnectDelay = Math.Min(ReconnectDelay, 300);
        if (ReturnInterval > 0) hasty.ReturnInterval = Math.Min(ReturnInterval, 15_000);
        return hasty;
    }
}

internal sealed class SseManagerOptionsValidator : IValidateOptions<SseManagerOptions>
{
    private const int Hour = 3_600_000;

    public ValidateOptionsResult Validate(string? name, SseManagerOptions options)
    {
        var problems = new List<string>();
        // A path on this origin: the Content-Security-Policy allows no other.
        if (!options.Endpoint.StartsWith('/') || options.Endpoint.StartsWith("//", StringComparison.Ordinal))
            problems.Add($"SseManager:Endpoint must be a path on this origin that starts with one slash, not '{options.Endpoint}'.");
        Range(nameof(options.MaxReconnectAttempts), options.MaxReconnectAttempts, 0, 1000);
        Range(nameof(options.ReconnectDelay), options.ReconnectDelay, 1, Hour);
        Range(nameof(options.MaxReconnectDelay), options.MaxReconnectDelay, 1, Hour);
        Range(nameof(options.HeartbeatTimeout), options.HeartbeatTimeout, 1, Hour);
        Range(nameof(options.HealthyAfter), options.HealthyAfter, 0, Hour);
        Range(nameof(options.PollInterval), options.PollInterval, 1, Hour);
        Range(nameof(options.ReturnInterval), options.ReturnInterval, 0, Hour);
        Range(nameof(options.MaxPipelines), options.MaxPipelines, 1, 10_000);
        if (options.MaxReconnectDelay < options.ReconnectDelay)
            problems.Add("SseManager:MaxReconnectDelay must not be less than SseManager:ReconnectDelay.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Range(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
                problems.Add($"SseManager:{setting} must be between {least} and {most}, not {value}.");
        }
    }
}
