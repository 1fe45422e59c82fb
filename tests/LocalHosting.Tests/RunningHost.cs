using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Tests;

/// <summary>An AppHost of the tests as a real process: what it writes, which processes it started, how it ended.</summary>
internal sealed partial class RunningHost : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly ConcurrentBag<(string Text, TaskCompletionSource<string> Seen)> _awaited = [];
    private readonly Task _reading;

    private RunningHost(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public string Output
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    /// <summary>The processes it said it started, by name; of one that was restarted the last.</summary>
    public IReadOnlyDictionary<string, int> Children => StartLine().Matches(Output)
        .GroupBy(match => match.Groups[1].Value)
        .ToDictionary(starts => starts.Key, starts => int.Parse(starts.Last().Groups[2].Value, CultureInfo.InvariantCulture));

    /// <summary>Without a dashboard, unless a setting says where it is.</summary>
    public static RunningHost Start(string application, params string[] settings)
    {
        var project = typeof(RunningHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(metadata => metadata.Key == "TestHostProject").Value!;
        var start = new ProcessStartInfo(BuildOutput.DotnetExecutable)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(project),
        };
        start.ArgumentList.Add(BuildOutput.Like(typeof(RunningHost).Assembly).AssemblyOf(project));
        start.ArgumentList.Add(application);
        foreach (var setting in settings) start.ArgumentList.Add(setting);
        if (!settings.Any(setting => setting.StartsWith("--urls", StringComparison.Ordinal))) start.ArgumentList.Add("--LocalHosting:Dashboard=false");
        return new RunningHost(Process.Start(start)!);
    }

    /// <summary>The first line, written already or to come, that contains the text.</summary>
    public async Task<string> LineAsync(string text)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } before) return before;
            _awaited.Add((text, seen));
        }

        try
        {
            return await seen.Task.WaitAsync(Patience);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"'{text}' was not written. What was:\n{Output}", late);
        }
    }

    public void Signal(string name) => SendSignal(name, _process.Id);

    public static void SendSignal(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(kill.WaitForExit(Patience));
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>
    /// Completes when the process is gone. An orphan tells nobody but PID 1 of its end, and what that has not yet buried
    /// (state Z) is gone for us: hence a look at /proc every 20 ms.
    /// </summary>
    public static async Task GoneAsync(int id)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (IsAlive(id)) await ticks.WaitForNextTickAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        foreach (var child in Children.Values) await GoneAsync(child);
        _process.Dispose();
    }

    /// <summary>As ps shows it: R, S, T (stopped by a signal), Z, …; null when there is no such process.</summary>
    public static char? StateOf(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[stat.LastIndexOf(')')..] is [_, _, var state, ..] ? state : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsAlive(int id) => StateOf(id) is not (null or 'Z');

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
                foreach (var (text, seen) in _awaited)
                {
                    if (line.Contains(text, StringComparison.Ordinal)) seen.TrySetResult(line);
                }
            }
        }
    }

    [GeneratedRegex(@"^(\S+) +> starting at .*, process (\d+)$", RegexOptions.Multiline)]
    private static partial Regex StartLine();
}
