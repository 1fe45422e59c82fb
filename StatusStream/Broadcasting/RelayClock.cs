namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>This process's monotonic clock as hubs that pass streams on are told it: milliseconds from some moment on.</summary>
internal static class RelayClock
{
    public static long Now(TimeProvider timeProvider) => (long)timeProvider.GetElapsedTime(0).TotalMilliseconds;
}
