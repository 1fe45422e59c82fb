namespace PipelineAspire.Processes;

/// <summary>Settings of StatusStream.Api for tests whose clients, a crowd, all have one address.</summary>
public static class NoLimits
{
    /// <summary>By name.</summary>
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["StatusStream:Limits:StreamsPerClient"] = "0",
        ["StatusStream:Limits:OpensPerSecondPerClient"] = "0",
        ["StatusStream:Limits:ActionsPerSecondPerClient"] = "0",
        ["StatusStream:Limits:NewPipelinesPerMinutePerClient"] = "0",
    };

    /// <summary>As a command line has them.</summary>
    public static IEnumerable<string> Arguments => Settings.Select(setting => $"--{setting.Key}={setting.Value}");

    /// <summary>Adds them to environment variables, but for those that are set there.</summary>
    public static void AddTo(IDictionary<string, string> variables)
    {
        foreach (var (name, value) in Settings) variables.TryAdd(name.Replace(":", "__", StringComparison.Ordinal), value);
    }
}
