using System.Text;
using PipelineAspire.LocalHosting.Output;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Tests;

public sealed class ConsoleTests
{
    [Theory]
    [InlineData("", "xterm", false, true)]
    [InlineData("1", "xterm", false, false)]
    [InlineData("", "dumb", false, false)]
    [InlineData("", "xterm", true, false)]
    public void ColoursAreForTerminalsThatWantThem(string noColor, string term, bool redirected, bool coloured)
    {
        var paint = Paint.ForConsole(name => name == "NO_COLOR" ? noColor : term, redirected);

        Assert.Equal(coloured, paint.Enabled);
        Assert.Equal(coloured ? "\u001b[36mweb\u001b[0m" : "web", paint.Prefix("web", 0));
    }

    [Fact]
    public async Task LinesComeOutInTheirOrder()
    {
        using var text = new StringWriter();
        await using (var lines = new ConsoleLines(text, RunningHost.Patience))
        {
            for (var number = 0; number < 1000; number++) lines.Write($"{number}");
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(number => $"{number}"), text.ToString().Split(Environment.NewLine)[..^1]);
    }

    [Fact]
    public async Task ATerminalThatDoesNotReadHoldsUpNobody()
    {
        using var terminal = new StuckTerminal();
        var lines = new ConsoleLines(terminal, TimeSpan.FromMilliseconds(10));
        lines.Write("first");
        await terminal.Writing.WaitAsync(RunningHost.Patience);

        for (var number = 0; number < 20_000; number++) lines.Write("more");
        await lines.DisposeAsync().AsTask().WaitAsync(RunningHost.Patience);
    }

    [Fact]
    public async Task LostLinesAreCounted()
    {
        using var terminal = new StuckTerminal();
        var lines = new ConsoleLines(terminal, RunningHost.Patience);
        lines.Write("first");
        await terminal.Writing.WaitAsync(RunningHost.Patience);

        for (var number = 0; number < 10_003; number++) lines.Write("more");
        terminal.Release();
        await lines.DisposeAsync().AsTask().WaitAsync(RunningHost.Patience);

        Assert.Contains("(3 lines were lost here)", terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ALogKeepsItsLastLines()
    {
        var log = new LogTail(capacity: 3);
        foreach (var line in new[] { "one", "two", "three", "four" }) log.Add(line);

        Assert.Equal(["two", "three", "four"], log.Last(15));
        Assert.Equal(["four"], log.Last(1));
    }

    private sealed class StuckTerminal : TextWriter
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public Task Writing => _writing.Task;

        public string Text => _text.ToString();

        public void Release() => _released.SetResult();

        public override async Task WriteAsync(StringBuilder? value, CancellationToken cancellationToken = default)
        {
            _writing.TrySetResult();
            await _released.Task;
            _text.Append(value);
        }
    }
}
