using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PipelineAspire.EndToEnd.Tests.Requests;

/// <summary>An answer, as the bytes said it.</summary>
internal sealed record RawAnswer(int Status, string Text);

/// <summary>Requests that no client library would send.</summary>
internal static class RawRequest
{
    private const int LongestAnswer = 64 * 1024;

    /// <summary>Sends the request line and header lines, and reads until the server closes.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="requestLine">Latin-1, so that any byte can be said.</param>
    /// <param name="headers">Lines besides Host and Connection.</param>
    public static async Task<RawAnswer> SendAsync(Uri server, string requestLine, params string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port).WaitAsync(Bounded.Patience);
        await using var connection = client.GetStream();
        var lines = new[] { requestLine, $"Host: {server.Authority}", "Connection: close" }.Concat(headers);
        var request = Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");
        try
        {
            await connection.WriteAsync(request).AsTask().WaitAsync(Bounded.Patience);
        }
        catch (IOException)
        {
            // A server may refuse before it has read all of it; its answer counts.
        }

        var text = await ReadAsync(connection).WaitAsync(Bounded.Patience);
        return new RawAnswer(int.Parse(text.Split(' ', 3)[1], CultureInfo.InvariantCulture), text);
    }

    private static async Task<string> ReadAsync(NetworkStream connection)
    {
        var buffer = new byte[LongestAnswer];
        var length = 0;
        try
        {
            while (length < buffer.Length && await connection.ReadAsync(buffer.AsMemory(length)) is > 0 and var read) length += read;
        }
        catch (IOException) when (length > 0)
        {
            // Closed with some of the request unread.
        }

        return Encoding.Latin1.GetString(buffer, 0, length);
    }
}
