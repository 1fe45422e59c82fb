namespace Aspire.Hosting.ApplicationModel;

/// <summary>How a command that is one HTTP request is made and shown.</summary>
public class HttpCommandOptions : CommandOptions
{
    /// <summary>Where to send it; the resource's first http endpoint when null.</summary>
    public Func<EndpointReference>? EndpointSelector { get; set; }

    /// <summary>POST when null.</summary>
    public HttpMethod? Method { get; set; }

    /// <summary>Of the client that sends it; the nameless one when null.</summary>
    public string? HttpClientName { get; set; }

    /// <summary>Adds to the request what it needs.</summary>
    public Func<HttpCommandRequestContext, Task>? PrepareRequest { get; set; }

    /// <summary>Judges the answer; any 2xx is a success when null.</summary>
    public Func<HttpCommandResultContext, Task<ExecuteCommandResult>>? GetCommandResult { get; set; }
}
