using System.Security.Claims;
using System.Text;
using PipelineAspire.StatusStream.Access;

namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary>
/// A watch request on its way to the replica that has the stream, with who sent it where somebody is signed in. A body begins otherwise,
/// so that nobody writes an envelope of his own. Tokens do not travel: whoever passes it on has looked at them.
/// </summary>
internal static class WatchEnvelope
{
    /// <summary>No JSON begins with it.</summary>
    private const byte Mark = 1;

    private const long Never = long.MaxValue;

    /// <summary>Puts a body into an envelope, or leaves it as it is when nobody is signed in.</summary>
    public static ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> body, Viewer viewer)
    {
        if (viewer.User is null) return body;
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Mark);
            writer.Write(viewer.Client.Name);
            writer.Write(viewer.Expires?.UtcTicks ?? Never);
            viewer.Slim().User!.WriteTo(writer);
        }

        buffer.Write(body.Span);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>Takes a body out of its envelope.</summary>
    /// <param name="message">What another replica has passed on.</param>
    /// <param name="body">The body.</param>
    /// <param name="viewer">Who sent it; null when nobody is signed in.</param>
    /// <returns>False for what no replica writes.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> message, out ReadOnlyMemory<byte> body, out Viewer? viewer)
    {
        (body, viewer) = (message, null);
        if (message.Length == 0 || message.Span[0] != Mark) return true;
        try
        {
            using var buffer = new MemoryStream(message[1..].ToArray());
            using var reader = new BinaryReader(buffer, Encoding.UTF8);
            var client = new ClientKey(reader.ReadString());
            var expires = reader.ReadInt64();
            viewer = new Viewer(client, new ClaimsPrincipal(reader), expires == Never ? null : new DateTimeOffset(expires, TimeSpan.Zero));
            body = message[(int)(1 + buffer.Position)..];
            return true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException or OutOfMemoryException)
        {
            return false;
        }
    }
}
