using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>Looks at the first request of a connection without taking it.</summary>
internal sealed class RequestPeek(PipeReader input, TimeProvider timeProvider)
{
    /// <summary>How long is waited for a request; the HTTP stack, handed the connection then, has its own patience.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A longer request is for the HTTP stack to refuse, in bytes.</summary>
    private const int LongestHead = 192 * 1024;

    private static ReadOnlySpan<byte> Beginning => "GET /ui-api/pipeline/status/stream?"u8;

    /// <summary>The whole head of a request that could be one for a stream, else null. Whoever reads next sees all of it, at once.</summary>
    public async ValueTask<RequestHead?> HeadAsync()
    {
        await using var patience = timeProvider.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), input, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            for (var examined = 0L; ;)
            {
                var read = await input.ReadAsync();
                RequestHead? head = null;
                var mayBecomeOne = Begins(read.Buffer) && read.Buffer.Length <= LongestHead && RequestHead.TryParse(read.Buffer, out head);
                if (head is null && mayBecomeOne && !read.IsCanceled && !read.IsCompleted)
                {
                    examined = read.Buffer.Length;
                    input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                // Nothing is marked as seen but what was waited on: the next read would wait for more.
                input.AdvanceTo(read.Buffer.Start, read.Buffer.GetPosition(examined));
                if (read.IsCanceled) input.CancelPendingRead();
                return mayBecomeOne ? head : null;
            }
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            return null; // gone before it asked for anything
        }
    }

    private static bool Begins(ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[Beginning.Length];
        first = first[..(int)Math.Min(first.Length, buffer.Length)];
        buffer.Slice(0, first.Length).CopyTo(first);
        return Beginning.StartsWith(first);
    }
}
