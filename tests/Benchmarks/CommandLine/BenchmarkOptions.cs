namespace PipelineAspire.Benchmarks.CommandLine;

/// <summary>Which way streams take to StatusStream.Api.</summary>
internal enum Via
{
    /// <summary>Straight to it.</summary>
    Api,

    /// <summary>Through Web, as without a proxy of one's own.</summary>
    Web,

    /// <summary>Through two relays, one behind the other.</summary>
    Relays,
}

/// <summary>What one run does. What is null is the scenario's own default.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>The name of the scenario; null asks for help.</summary>
    public string? Scenario { get; init; }

    /// <summary>How many streams.</summary>
    public int? Clients { get; init; }

    /// <summary>How many pipelines.</summary>
    public int? Pipelines { get; init; }

    /// <summary>How many changes are measured.</summary>
    public int? Events { get; init; }

    /// <summary>Changes a second; 0 is as fast as <see cref="Window"/> undelivered ones allow.</summary>
    public double? Rate { get; init; }

    /// <summary>How many changes may be undelivered at <see cref="Rate"/> 0.</summary>
    public int Window { get; init; } = 4;

    /// <summary>The poll interval of the servers that are started.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many StatusStream.Api are started; more than one share a Redis.</summary>
    public int? Replicas { get; init; }

    /// <summary>How often it is measured.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>How many changes come before, unmeasured.</summary>
    public int? WarmUp { get; init; }

    /// <summary>How long nothing happens between warm-up and measurement: the compiler's time.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long is measured where time, not events, is what passes.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The ways that are measured.</summary>
    public IReadOnlyList<Via> Ways { get; init; } = [Via.Api, Via.Web];

    /// <summary>Whether each stream is another person's, who has signed in and may see what others may not.</summary>
    public bool IsSignedIn { get; init; }

    /// <summary>Whether each round is measured twice, one after the other: nobody signed in, and everybody.</summary>
    public bool ComparesPeople { get; init; }

    /// <summary>A server that runs already; null to start one.</summary>
    public Uri? Url { get; init; }

    /// <summary>The processes of that server.</summary>
    public IReadOnlyList<int> Pids { get; init; } = [];

    /// <summary>Where the scripted backend listens on 127.0.0.1; 0 is any free port.</summary>
    public int BackendPort { get; init; }

    /// <summary>A file that gets a line of JSON for each result.</summary>
    public string? Json { get; init; }

    /// <summary>A file that gets a picture.</summary>
    public string? Svg { get; init; }

    /// <summary>Files of JSON lines to report on.</summary>
    public IReadOnlyList<string> From { get; init; } = [];
}
