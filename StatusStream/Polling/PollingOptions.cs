using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>The pace of polling: section <c>StatusStream</c>.</summary>
public sealed class PollingOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream";

    /// <summary>How often each watched pipeline is read. Default 2 s, 10 ms to 1 h.</summary>
    [SettingRange("00:00:00.010", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The longest interval of a pipeline that does not change: after ten reads that find the same it is read ever less often, up to
    /// this. Default: as <see cref="PollInterval"/>, that is, off. <see cref="PollInterval"/> to 1 h.
    /// </summary>
    [SettingRange("00:00:00.010", "01:00:00")]
    public TimeSpan? StableInterval { get; set; }

    /// <summary>
    /// The shortest interval of a pipeline that is watched, but visible on nobody's screen. Default: as <see cref="PollInterval"/>, that
    /// is, off. <see cref="PollInterval"/> to 1 h.
    /// </summary>
    [SettingRange("00:00:00.010", "01:00:00")]
    public TimeSpan? BackgroundInterval { get; set; }

    /// <summary>How long one read of the backend may take, body included. Default 3 s, 10 ms to 5 min.</summary>
    [SettingRange("00:00:00.010", "00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How many requests may be under way at once; one older than an interval does not count. Default 256, 1 to 10000.</summary>
    [SettingRange(1, 10_000)]
    public int MaxConcurrentReads { get; set; } = 256;

    /// <summary>
    /// How many requests the backend may be sent in a second: when they would be more, all intervals stretch evenly. Default none,
    /// 1 to 1000000.
    /// </summary>
    [SettingRange(1, 1_000_000)]
    public int? MaxReadsPerSecond { get; set; }

    /// <summary>How many distinct pipelines are read; streams that ask for more are told so. Default 20000, 1 to 1000000.</summary>
    [SettingRange(1, 1_000_000)]
    public int MaxWatchedPipelines { get; set; } = 20_000;
}

/// <summary>Intervals that make sense together.</summary>
internal sealed class PollingOptionsValidator : IValidateOptions<PollingOptions>
{
    public ValidateOptionsResult Validate(string? name, PollingOptions options)
    {
        (string Name, TimeSpan? Interval)[] longer =
        [
            (nameof(options.StableInterval), options.StableInterval), (nameof(options.BackgroundInterval), options.BackgroundInterval),
        ];
        var failures = longer
            .Where(setting => setting.Interval < options.PollInterval)
            .Select(setting =>
                $"{PollingOptions.Section}:{setting.Name} must not be shorter than {PollingOptions.Section}:PollInterval "
                + $"({options.PollInterval}); it is {setting.Interval}.")
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
