
namespace PipelineAspire.StatusStream.Polling;

/// <summary>The pace of polling: section <c>StatusStream</c>.</summary>
public sealed class PollingOptions
{
    public const string Section = "StatusStream";

    /// <summary>How often each watched pipeline is read. Default 2 s, 10 ms to 1 h.</summary>
    [SettingRange("00:00:00.010", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one read of the backend may take, body included. Default 3 s, 10 ms to 5 min.</summary>
    [SettingRange("00:00:00.010", "00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How many reads may be under way at once; one older than an interval does not count. Default 256, 1 to 10000.</summary>
    [SettingRange(1, 10_000)]
    public int MaxConcurrentReads { get; set; } = 256;
}
