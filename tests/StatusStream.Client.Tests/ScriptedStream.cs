using System.IO.Pipelines;
using System.Text;

namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>The body of a stream, written by the test.</summary>
internal sealed class ScriptedStream
{
    private readonly Pipe _pipe = new();

    public Stream Reader => _pipe.Reader.AsStream();

    public void Write(string frames)
    {
        using var body = _pipe.Writer.AsStream(leaveOpen: true);
        body.Write(Encoding.UTF8.GetBytes(frames));
        body.Flush();
    }

    public void End() => _pipe.Writer.Complete();

    public void Break() => _pipe.Writer.Complete(new IOException("connection reset"));
}
