using System.Net;

namespace PipelineAspire.StatusStream.Client;

/// <summary>
/// The server wants to know who asks, and a fresh token has not satisfied it: there is none, it was refused, or it has run out at once. Watch again
/// when somebody has signed in.
/// </summary>
public sealed class StatusStreamSignedOutException : StatusStreamRefusedException
{
    /// <summary>Says that the server wants to know who asks.</summary>
    /// <param name="message">Why, with the server's own words where it had some.</param>
    public StatusStreamSignedOutException(string message)
        : base(message, HttpStatusCode.Unauthorized)
    {
    }
}
