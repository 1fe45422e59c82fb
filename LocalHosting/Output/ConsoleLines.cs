using System.Text;
using System.Threading.Channels;

namespace PipelineAspire.LocalHosting.Output;

/// <summary>
/// Lines for the terminal, written by one task: a terminal that does not read (Ctrl+S, a full pipe) holds up neither the
/// services nor the stop, it loses the oldest lines.
/// </summary>
internal sealed class ConsoleLines : IAsyncDisposable
{
    private const int Waiting = 10_000;

    private readonly Channel<string> _lines;
    private readonly TextWriter _writer;
    private readonly TimeSpan _lastWords;
    private readonly Task _writing;
    private int _lost;

    /// <param name="writer">The terminal.</param>
    /// <param name="lastWords">How long the end waits for lines not yet written.</param>
    public ConsoleLines(TextWriter writer, TimeSpan lastWords)
    {
        (_writer, _lastWords) = (writer, lastWords);
        _lines = Channel.CreateBounded<string>(
            new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _lost));
        _writing = Task.Run(WriteAllAsync);
    }

    public void Write(string line) => _lines.Writer.TryWrite(line);

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(_lastWords, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // Nobody reads; the stop does not wait for that.
        }
    }

    private async Task WriteAllAsync()
    {
        var text = new StringBuilder();
        try
        {
            while (await _lines.Reader.WaitToReadAsync())
            {
                text.Clear();
                if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost) text.Append($"({lost} lines were lost here)").AppendLine();
                while (text.Length < 16_384 && _lines.Reader.TryRead(out var line)) text.AppendLine(line);
                await _writer.WriteAsync(text);
                await _writer.FlushAsync();
            }
        }
        catch (IOException)
        {
            // The terminal is gone; what goes on is the stop that this brings.
        }
    }
}
