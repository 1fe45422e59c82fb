using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.Processes;

/// <summary>A process that was started here: what it writes, and how it ends. Ends with this process, however that ends.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly Task _reading;
    private TaskCompletionSource _news = NewSignal();
    private bool _isSilent;

    private ChildProcess(Process process)
    {
        _process = process;
        ProcessReaper.Watch(process.Id);
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

    public static ChildProcess Start(ProcessStartInfo command)
    {
        command.UseShellExecute = false;
        command.RedirectStandardInput = true;
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        return new ChildProcess(Process.Start(command)!);
    }

    /// <summary>Writes a line to its standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>How many of its lines contain the text.</summary>
    public int Count(string text)
    {
        lock (_gate) return _lines.Count(line => line.Contains(text, StringComparison.Ordinal));
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

    /// <summary>Sends it a signal: TERM, INT, KILL, STOP, CONT.</summary>
    public void Signal(string name) => Signal(name, Id);

    /// <summary>Sends a signal to every process of the group that this one leads, as a terminal does at Ctrl+C.</summary>
    public void SignalGroup(string name) => Signal(name, -Id);

    /// <summary>Sends a signal to any process; to a group of them, by a negative number.</summary>
    public static void Signal(string name, int process)
    {
        // The shell's own: a small system has no kill program.
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -s {name} -- {process}")]);
        kill.WaitForExit();
        if (kill.ExitCode != 0) throw new InvalidOperationException($"No signal {name} for process {process}: there is none.");
    }

    /// <summary>How it ended, within <paramref name="limit"/> (<see cref="Bounded.Patience"/> by default).</summary>
    public async Task<int> ExitCodeAsync(TimeSpan? limit = null)
    {
        await _process.WaitForExitAsync().WaitAsync(limit ?? Bounded.Patience);
        await _reading.WaitAsync(Bounded.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await ExitCodeAsync();
        ProcessReaper.Leave(_process.Id);
        _process.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

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
