using System.Globalization;
using System.Text;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>The beginning of an answer, as the HTTP stack would give it.</summary>
internal static class ResponseHead
{
    /// <summary>Status line, headers and the first chunk, in one piece.</summary>
    public static byte[] Encode(DateTimeOffset now)
    {
        var preamble = Encoding.ASCII.GetString(SseFrames.Preamble.Span);
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: {StreamRequest.EventStream}\r\n" +
            $"Date: {now.ToString("R", CultureInfo.InvariantCulture)}\r\nCache-Control: no-cache, no-transform\r\n" +
            $"Transfer-Encoding: chunked\r\nX-Accel-Buffering: no\r\n\r\n{preamble.Length:x}\r\n{preamble}\r\n");
    }
}
