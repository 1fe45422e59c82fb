namespace PipelineAspire.StatusStream.Backplane.Sharing;

/// <summary>The times of the lease.</summary>
internal static class LeaseTimes
{
    /// <summary>How long the lease holds without being renewed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    /// <summary>How often its holder renews it.</summary>
    public static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(1.5);

    /// <summary>How often a challenger asks, at the least: that is also how it notices that Redis is gone.</summary>
    public static readonly TimeSpan ChallengeInterval = TimeSpan.FromSeconds(1);

    /// <summary>How soon after a failed call the next one is made.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between two looks whether isolation can end, when it came back soon after it had ended.</summary>
    public static readonly TimeSpan LongestProbePause = TimeSpan.FromSeconds(8);

    /// <summary>How long a replica whose every read fails leaves the lease to others.</summary>
    public static readonly TimeSpan StepAside = TimeSpan.FromSeconds(5);

    /// <summary>How long Redis must have been out of reach before a replica polls for itself.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);
}
