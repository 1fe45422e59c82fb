using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.EndToEnd.Tests.Processes;

/// <summary>A process of the solution: what it writes, and how it ends. Ends with the tests, however they end.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly Task _reading;
    private TaskCompletionSource _news = NewSignal();
    private bool _isSilent;

    public ChildProcess(ProcessStartInfo command)
    {
        _process = Process.Start(command)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError)).ContinueWith(
            _ => Tell(() => _isSilent = true), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_gate) return string.Join('\n', _lines);
        }
    }

    /// <summary>The first line, written already or to come, that contains the text.</summary>
    /// <exception cref="InvalidOperationException">The process ended without writing it.</exception>
    public async Task<string> LineAsync(string text)
    {
        for (var read = 0; ;)
        {
            Task news;
            lock (_gate)
            {
                for (; read < _lines.Count; read++)
                {
                    if (_lines[read].Contains(text, StringComparison.Ordinal)) return _lines[read];
                }

                if (_isSilent) throw new InvalidOperationException($"The process ended without writing '{text}'. What it wrote:\n{Output}");
                news = _news.Task;
            }

            try
            {
                await news.WaitAsync(Bounded.Patience);
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"'{text}' was not written. What was:\n{Output}", late);
            }
        }
    }

    /// <summary>Sends a signal: TERM, INT, KILL, …</summary>
    public void Signal(string name) => SendSignal(name, Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sends a signal to every process of the group that this one leads, as a terminal does at Ctrl+C.</summary>
    public void SignalGroup(string name) => SendSignal(name, string.Create(CultureInfo.InvariantCulture, $"-{Id}"));

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Bounded.Patience);
        await _reading.WaitAsync(Bounded.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await ExitCodeAsync();
        _process.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void SendSignal(string name, string target)
    {
        // The shell's own: a small system has no kill program.
        using var kill = Process.Start("sh", ["-c", $"kill -s {name} -- {target}"]);
        Assert.True(kill.WaitForExit(Bounded.Patience));
        Assert.Equal(0, kill.ExitCode);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line) Tell(() => _lines.Add(line));
    }

    private void Tell(Action change)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            change();
            (news, _news) = (_news, NewSignal());
        }

        news.SetResult();
    }
}
