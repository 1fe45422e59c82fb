namespace PipelineAspire.StatusStream.Access;

/// <summary>A limit that requests are refused for.</summary>
/// <param name="Setting">What sets it.</param>
internal sealed record Limit(string Setting)
{
    public static readonly Limit StreamsPerClient = new(LimitsOptions.Section + ":" + nameof(LimitsOptions.StreamsPerClient));
    public static readonly Limit OpensPerSecondPerClient = new(LimitsOptions.Section + ":" + nameof(LimitsOptions.OpensPerSecondPerClient));
    public static readonly Limit ActionsPerSecondPerClient = new(LimitsOptions.Section + ":" + nameof(LimitsOptions.ActionsPerSecondPerClient));
    public static readonly Limit NewPipelinesPerMinutePerClient = new(LimitsOptions.Section + ":" + nameof(LimitsOptions.NewPipelinesPerMinutePerClient));
    public static readonly Limit MaxWatchedPipelines = new("StatusStream:MaxWatchedPipelines");
    public static readonly Limit MaxStreams = new("StatusStream:MaxStreams");

    /// <summary>How metrics call it.</summary>
    public string Name { get; } = Setting[(Setting.LastIndexOf(':') + 1)..];
}
