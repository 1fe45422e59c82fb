using System.ComponentModel.DataAnnotations;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>The pace of polling: section <c>StatusStream</c>.</summary>
public sealed class PollingOptions
{
    public const string Section = "StatusStream";

    /// <summary>How often each watched pipeline is read. Default 2 s, 10 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00", ErrorMessage = Section + ":PollInterval must be from 00:00:00.010 to 01:00:00 (hours:minutes:seconds).")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one read of the backend may take, body included. Default 3 s, 10 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00", ErrorMessage = Section + ":RequestTimeout must be from 00:00:00.010 to 00:05:00 (hours:minutes:seconds).")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How many reads may be under way at once; one older than an interval does not count. Default 256, 1 to 10000.</summary>
    [Range(1, 10_000, ErrorMessage = Section + ":MaxConcurrentReads must be from 1 to 10000.")]
    public int MaxConcurrentReads { get; set; } = 256;
}
