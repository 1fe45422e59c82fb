namespace PipelineAspire.StatusStream.Client;

/// <summary>How a <see cref="StatusStreamClient"/> connects and reconnects. The defaults are those of the browser client.</summary>
public sealed record StatusStreamClientOptions
{
    /// <summary>
    /// The stream, absolute or relative to the <see cref="HttpClient.BaseAddress"/>, without a query. Default
    /// <c>/ui-api/pipeline/status/stream</c>. One that begins with a slash leaves out a path of the base address, as ever with URLs: for a hub
    /// below <c>http://host/live/</c> give <c>ui-api/pipeline/status/stream</c>, and the base address with its slash at the end.
    /// </summary>
    public Uri Endpoint { get; init; } = new("/ui-api/pipeline/status/stream", UriKind.Relative);

    /// <summary>How long after the first failure the next attempt starts; twice as long after each further one. Default 1 s, 1 ms to 1 h.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest that delay becomes, before up to 20 % of chance are added. Default 30 s, <see cref="ReconnectDelay"/> to 1 h.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream that has delivered an event must have been open for the failures before it to be forgotten. Default 5 s, 0 to 1 h.</summary>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long nothing may be heard, while connecting or connected, before the connection counts as lost. The server
    /// beats every 30 s. Default 45 s, 1 ms to 1 day.
    /// </summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Whether to ask for what else the backend says of a pipeline, as far as the server passes it on. Default false.
    /// </summary>
    public bool Fields { get; init; }

    /// <summary>
    /// Gives the token that is sent as <c>Authorization: Bearer</c>; null for none. Asked anew for each request, on whichever thread, and once more when a
    /// token was refused or has run out: renewing it is its own affair, and nothing needs doing before. What it throws ends the watch, but for an
    /// <see cref="HttpRequestException"/>, which counts as a lost connection. Default null: the <see cref="HttpClient"/> adds what is needed.
    /// </summary>
    public Func<CancellationToken, ValueTask<string?>>? AccessToken { get; init; }

    /// <exception cref="ArgumentException">A setting makes no sense; the message names it.</exception>
    internal static void Validate(StatusStreamClientOptions options)
    {
        if (options.Endpoint is null) throw new ArgumentException($"{nameof(Endpoint)} is missing.", nameof(options));
        if (options.Endpoint.OriginalString.AsSpan().ContainsAny('?', '#'))
            throw new ArgumentException($"{nameof(Endpoint)} must have no query and no fragment: '{options.Endpoint}'.", nameof(options));
        Require(nameof(ReconnectDelay), options.ReconnectDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        Require(nameof(MaxReconnectDelay), options.MaxReconnectDelay, options.ReconnectDelay, TimeSpan.FromHours(1));
        Require(nameof(HealthyAfter), options.HealthyAfter, TimeSpan.Zero, TimeSpan.FromHours(1));
        Require(nameof(HeartbeatTimeout), options.HeartbeatTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));

        void Require(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most) throw new ArgumentOutOfRangeException(nameof(options), value, $"{setting} must be from {least} to {most}.");
        }
    }
}
