using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary>Asks anew, for each open stream, what its viewer may see, where rights may come and go: one withdrawn has an end within 30 s.</summary>
internal sealed class RightsReview(WatchedStreams streams, PipelineRights rights, TimeProvider timeProvider, ILogger<RightsReview> logger)
{
    /// <summary>How often all streams are asked for.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>How long a stream goes on when its viewer's rights cannot be asked for.</summary>
    public static readonly TimeSpan LongestDoubt = TimeSpan.FromSeconds(20);

    private const int AtOnce = 64;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        loop.Rest();
        if (!rights.MayChange) await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            loop.Turn(Interval + LongestDoubt);
            await Task.Delay(Interval, timeProvider, cancellationToken);
            await ReviewAsync(cancellationToken);
        }
    }

    /// <summary>Asks once for each stream.</summary>
    internal async Task ReviewAsync(CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        var open = streams.All;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(open, options, static async (stream, _) => await stream.ReviewRightsAsync(LongestDoubt));
        if (timeProvider.GetElapsedTime(began) is var elapsed && elapsed > LongestDoubt) logger.RightsLate(open.Count, elapsed);
    }
}
