namespace PipelineAspire.StatusStream.Access;

/// <summary>How much one client may ask of a replica: section <c>StatusStream:Limits</c>. 0 switches a limit off.</summary>
public sealed class LimitsOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream:Limits";

    /// <summary>How many streams one client may have open. Default 100, 0 to 1000000.</summary>
    [SettingRange(0, 1_000_000, Section = Section)]
    public int StreamsPerClient { get; set; } = 100;

    /// <summary>How many streams one client may open a second, four times as many at once. Default 20, 0 to 10000.</summary>
    [SettingRange(0, 10_000, Section = Section)]
    public int OpensPerSecondPerClient { get; set; } = 20;

    /// <summary>How many actions one client may ask for in a second, four times as many at once. Default 5, 0 to 10000.</summary>
    [SettingRange(0, 10_000, Section = Section)]
    public int ActionsPerSecondPerClient { get; set; } = 5;

    /// <summary>
    /// How many pipelines one client may ask for in a minute that nobody else watches and no list shows. Default 1000,
    /// 0 to 1000000.
    /// </summary>
    [SettingRange(0, 1_000_000, Section = Section)]
    public int NewPipelinesPerMinutePerClient { get; set; } = 1000;
}
