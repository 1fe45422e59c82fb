using System.Net;

namespace PipelineAspire.StatusStream.Client;

/// <summary>
/// The server refused the stream in a way that trying again does not change: no valid id, too many, no access, or no
/// status stream at that address.
/// </summary>
public class StatusStreamRefusedException : Exception
{
    /// <summary>Says that the server refused.</summary>
    /// <param name="message">Why, with the server's own words where it had some.</param>
    /// <param name="statusCode">The server's answer.</param>
    public StatusStreamRefusedException(string message, HttpStatusCode statusCode)
        : base(message) => StatusCode = statusCode;

    /// <summary>The server's answer: 400, 404, …; 200 when it was something other than an event stream.</summary>
    public HttpStatusCode StatusCode { get; }
}
