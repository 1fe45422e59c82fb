using System.Buffers;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Reads a body of which a backend may send any number of bytes.</summary>
internal static class BoundedBody
{
    /// <exception cref="IOException">The body is larger, or the connection broke.</exception>
    public static async ValueTask<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        RefuseLarger(response, limit);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                if (length > limit) throw new IOException($"The body is larger than {limit} bytes.");
                if (length == buffer.Length) buffer = Grow(buffer);
            }

            var body = buffer.AsSpan(0, length);
            return body.StartsWith("\uFEFF"u8) ? body[3..].ToArray() : body.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <exception cref="IOException">The body says that it is larger.</exception>
    public static void RefuseLarger(HttpResponseMessage response, int limit)
    {
        if (response.Content.Headers.ContentLength > limit) throw new IOException($"The body is larger than {limit} bytes.");
    }

    /// <summary>A buffer twice as large with the same bytes; the other one goes back.</summary>
    public static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
