using System.Net.Sockets;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Says of the backend's address what may be said, and what may be wrong with it.</summary>
internal static class BackendAddress
{
    /// <summary>The address without what may be secret: a name and password, and the query.</summary>
    public static string Shown(string url) =>
        new Uri(url).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.SafeUnescaped);

    /// <summary>What to add to the words about a failure: that nobody has named the backend; empty when somebody has, or it is something else.</summary>
    public static string Words(Exception failure, string baseUrl) =>
        baseUrl == PipelineBackendOptions.DefaultBaseUrl && failure.GetBaseException() is SocketException { SocketErrorCode: var code }
            && code is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
            ? $": {PipelineBackendOptions.Section}:BaseUrl is not set, and this is its default"
            : "";
}
