using System.Collections.Concurrent;

namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>Runs the loops in the background: none of them ends, or stands still, in silence.</summary>
internal sealed class BackgroundLoops
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private readonly ConcurrentDictionary<string, BackgroundLoop> _loops = new(StringComparer.Ordinal);
    private readonly StatusStreamMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private HashSet<string> _logged = [];

    public BackgroundLoops(StatusStreamMetrics metrics, TimeProvider timeProvider, ILogger<BackgroundLoops> logger)
    {
        (_metrics, _timeProvider, _logger) = (metrics, timeProvider, logger);
        metrics.ObserveLoops(() => Stalled().Count);
    }

    /// <summary>
    /// Runs a loop until cancelled. One that fails, or ends although nobody asked it to, is logged with its stack and
    /// started again, at first after a second, then after ever longer pauses.
    /// </summary>
    public async Task RunAsync(string name, Func<BackgroundLoop, CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        var loop = _loops.GetOrAdd(name, static (name, timeProvider) => new BackgroundLoop(name, timeProvider), _timeProvider);
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = _timeProvider.GetTimestamp();
            try
            {
                await run(loop, cancellationToken);
                if (cancellationToken.IsCancellationRequested) break;
                _logger.LoopEnded(name, pause);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // whatever it is, the loop has to go on: without it streams are silent and nobody knows why
            catch (Exception e)
#pragma warning restore CA1031
            {
                _logger.LoopFailed(e, name, pause);
            }

            _metrics.LoopRestarted(name);
            if (_timeProvider.GetElapsedTime(began) > LongestPause) pause = FirstPause; // it had been well
            loop.Turn(pause);
            await Task.Delay(pause, _timeProvider, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        loop.Rest();
    }

    /// <summary>The loops that run here.</summary>
    internal IEnumerable<string> Names => _loops.Keys.Order(StringComparer.Ordinal);

    /// <summary>The loops that stand still, and for how long.</summary>
    public IReadOnlyList<(string Name, TimeSpan For)> Stalled() =>
        [
            .. _loops.Values.Select(loop => (loop.Name, For: loop.Overdue()))
                .Where(loop => loop.For is not null)
                .Select(loop => (loop.Name, loop.For!.Value))
                .OrderBy(loop => loop.Name, StringComparer.Ordinal),
        ];

    /// <summary>Logs, once each time, which loops stand still and which go on. Not thread-safe.</summary>
    public void LogStandstills()
    {
        var stalled = Stalled();
        if (stalled.Count == 0 && _logged.Count == 0) return;
        foreach (var (name, time) in stalled.Where(loop => !_logged.Contains(loop.Name))) _logger.LoopStandsStill(name, time);
        _logged.ExceptWith(stalled.Select(loop => loop.Name));
        foreach (var name in _logged) _logger.LoopGoesOn(name);
        _logged = stalled.Select(loop => loop.Name).ToHashSet(StringComparer.Ordinal);
    }
}

internal static partial class BackgroundLoopsLog
{
    [LoggerMessage(61, LogLevel.Error, "The loop '{Name}' failed and starts again in {Pause}")]
    public static partial void LoopFailed(this ILogger logger, Exception exception, string name, TimeSpan pause);

    [LoggerMessage(62, LogLevel.Error, "The loop '{Name}' ended without being asked to and starts again in {Pause}")]
    public static partial void LoopEnded(this ILogger logger, string name, TimeSpan pause);

    [LoggerMessage(63, LogLevel.Error, "The loop '{Name}' has stood still for {Time}")]
    public static partial void LoopStandsStill(this ILogger logger, string name, TimeSpan time);

    [LoggerMessage(64, LogLevel.Information, "The loop '{Name}' goes on")]
    public static partial void LoopGoesOn(this ILogger logger, string name);
}
