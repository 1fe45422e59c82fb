namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>Runs the loops in the background: none of them ends in silence.</summary>
internal static class Supervised
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Runs a loop until cancelled. One that fails, or ends although nobody asked it to, is logged with its stack and
    /// started again, at first after a second, then after ever longer pauses.
    /// </summary>
    public static async Task RunAsync(string name, Func<CancellationToken, Task> loop, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = timeProvider.GetTimestamp();
            try
            {
                await loop(cancellationToken);
                if (cancellationToken.IsCancellationRequested) return;
                logger.LoopEnded(name, pause);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever it is, the loop has to go on: without it streams are silent and nobody knows why
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.LoopFailed(e, name, pause);
            }

            if (timeProvider.GetElapsedTime(began) > LongestPause) pause = FirstPause; // it had been well
            await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}

internal static partial class SupervisedLog
{
    [LoggerMessage(61, LogLevel.Error, "The loop '{Name}' failed and starts again in {Pause}")]
    public static partial void LoopFailed(this ILogger logger, Exception exception, string name, TimeSpan pause);

    [LoggerMessage(62, LogLevel.Error, "The loop '{Name}' ended without being asked to and starts again in {Pause}")]
    public static partial void LoopEnded(this ILogger logger, string name, TimeSpan pause);
}
