using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PipelineAspire.StatusStream.Tests.Architecture;

/// <summary>Who may know whom. Read from the sources: what is not written there cannot be referenced.</summary>
public partial class ForbiddenReferencesTests
{
    private const string Hub = "StatusStream";

    private static readonly string Solution = typeof(ForbiddenReferencesTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "SolutionDirectory").Value!;

    private static readonly string[] Stages =
    [
        "Access", "Connections", "Forwarding", "Pipelines", "Polling", "Polling.Backend", "Polling.Pacing", "Backplane", "Backplane.Sharing", "Backplane.Redis",
        "Backplane.Upstream", "Broadcasting", "Streaming",
        "Streaming.Compression", "Streaming.Direct", "Streaming.Watching", "Requests", "Control", "Diagnostics", "Http", "Threading",
    ];

    private static readonly string[] Services = ["AppHost", "FakePipelineBackend", "LocalRedis", "StatusStream.Api", "Web"];

    /// <summary>
    /// The table: a folder, and what of ours it may know. Everything else is forbidden, so that a new arrow has to be
    /// drawn here first.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayKnow = new(StringComparer.Ordinal)
    {
        ["Threading"] = [],
        ["Connections"] = [],
        ["Forwarding"] = [],
        ["Pipelines"] = [],
        ["Http"] = ["Connections", "Pipelines"],
        ["Diagnostics"] = ["Pipelines"],
        ["Access"] = ["Broadcasting", "Polling.Backend", "Polling.Pacing", "Backplane", "Pipelines", "Diagnostics", "Http"],
        ["Backplane"] = ["Pipelines", "Threading"],
        ["Backplane.Sharing"] = ["Backplane", "Pipelines", "Diagnostics", "Threading"],
        ["Backplane.Redis"] = ["Backplane.Sharing", "Backplane", "Pipelines", "Diagnostics"],
        ["Backplane.Upstream"] = ["Connections", "Backplane", "Polling.Backend", "Pipelines", "Diagnostics", "Threading"],
        ["Polling"] = ["Connections", "Polling.Backend", "Polling.Pacing", "Backplane", "Pipelines", "Diagnostics", "Threading"],
        ["Polling.Backend"] = ["Pipelines"],
        ["Polling.Pacing"] = ["Pipelines"],
        ["Broadcasting"] = ["Backplane", "Pipelines", "Diagnostics", "Threading"],
        ["Streaming"] =
        [
            "Streaming.Compression", "Streaming.Direct", "Streaming.Watching", "Connections", "Access", "Broadcasting", "Backplane", "Pipelines", "Diagnostics", "Http",
            "Threading",
        ],
        ["Streaming.Compression"] = ["Pipelines"],
        ["Streaming.Direct"] = [],
        ["Streaming.Watching"] = ["Access", "Broadcasting", "Backplane", "Pipelines", "Diagnostics", "Http"],
        ["Requests"] = ["Access", "Broadcasting", "Streaming", "Backplane", "Backplane.Upstream", "Polling.Backend", "Pipelines", "Diagnostics", "Http"],
        ["Control"] = ["Broadcasting", "Streaming", "Backplane", "Polling", "Pipelines", "Diagnostics", "Http", "Threading"],
    };

    public static TheoryData<string> AllStages => [.. Stages];

    [Fact]
    public void EveryFolderOfTheHubIsInTheTable()
    {
        var folders = Sources().Select(source => source.Stage).Where(stage => stage.Length > 0).Distinct(StringComparer.Ordinal);

        Assert.Empty(folders.Except(Stages, StringComparer.Ordinal));
        Assert.Equal(Stages.Order(StringComparer.Ordinal), MayKnow.Keys.Order(StringComparer.Ordinal));
        Assert.True(Sources().Count() > 40, "The sources were not found.");
    }

    [Theory]
    [MemberData(nameof(AllStages))]
    public void AStageKnowsOnlyWhatTheTableAllows(string stage)
    {
        var forbidden = Stages.Except(MayKnow[stage], StringComparer.Ordinal).Where(other => other != stage).ToHashSet(StringComparer.Ordinal);

        var offences = Sources().Where(source => source.Stage == stage)
            .SelectMany(source => Known(source).Where(forbidden.Contains).Select(known => $"{source.File} knows {known}"));

        Assert.Empty(offences);
    }

    [Fact]
    public void TheArrowsRunOneWay()
    {
        var left = MayKnow.ToDictionary(row => row.Key, row => row.Value.ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        while (left.FirstOrDefault(row => row.Value.Count == 0).Key is { } free)
        {
            left.Remove(free);
            foreach (var known in left.Values) known.Remove(free);
        }

        Assert.Empty(left); // else what is left runs in a circle
    }

    [Fact]
    public void OnlyTheSetupKnowsTheRedisBackplane()
    {
        var offences = Sources().Where(source =>
            source.Stage != "Backplane.Redis" && source.File is not ("StatusStreamSetup.cs" or "StatusStreamBuilder.cs" or "UnknownSettings.cs") && Known(source).Contains("Backplane.Redis", StringComparer.Ordinal));

        Assert.Empty(offences.Select(source => source.File));
    }

    [Fact]
    public void OnlyRedisAndTheSetupKnowHowReplicasShare()
    {
        string[] mayKnow = ["Backplane.Sharing", "Backplane.Redis"];
        var offences = Sources()
            .Where(source => !mayKnow.Contains(source.Stage, StringComparer.Ordinal) && Known(source).Contains("Backplane.Sharing", StringComparer.Ordinal));

        Assert.Empty(offences.Select(source => source.File));
    }

    [Fact]
    public void NoRedisTypeIsNamedOutsideTheRedisBackplane()
    {
        var offences = Sources().Where(source => source.Stage != "Backplane.Redis" && source.Text.Contains("StackExchange", StringComparison.Ordinal));

        Assert.Empty(offences.Select(source => source.File));
    }

    [Fact]
    public void ServicesDoNotReferenceEachOther()
    {
        var projects = Directory.GetFiles(Solution, "*.csproj", SearchOption.AllDirectories)
            .Where(project =>
                Services.Contains(Path.GetFileNameWithoutExtension(project), StringComparer.Ordinal) && Path.GetFileNameWithoutExtension(project) != "AppHost");
        var offences = projects.SelectMany(project => References(project)
            .Where(reference => Services.Contains(reference, StringComparer.Ordinal))
            .Select(reference => $"{Path.GetFileName(project)} references {reference}")).ToArray();

        Assert.Empty(offences);
        Assert.Contains(Hub, References(Path.Combine(Solution, "StatusStream.Api", "StatusStream.Api.csproj")));
        Assert.Empty(References(Path.Combine(Solution, Hub, $"{Hub}.csproj")));
    }

    [Theory]
    [InlineData("using PipelineAspire.StatusStream.Broadcasting;", "Broadcasting")]
    [InlineData("var x = Backplane.Redis.RedisKeys.Lease;", "Backplane.Redis")]
    [InlineData("var wheel = new Streaming.HeartbeatWheel();", "Streaming")]
    [InlineData("using PipelineAspire.StatusStream.Backplane.Redis;", "Backplane.Redis")]
    public void TheTableSeesAReference(string line, string known) =>
        Assert.Equal([known], Known(new Source("X.cs", "Pipelines", line)));

    [Theory]
    [InlineData("// Streaming.HeartbeatWheel, say")]
    [InlineData("Section + \":MaxStreams\" + options.Polling.Value")]
    public void TheTableOverlooksWhatIsNoReference(string line) =>
        Assert.Empty(Known(new Source("X.cs", "Pipelines", line)));

    private static IEnumerable<string> Known(Source source) => Mention().Matches(Comment().Replace(source.Text, ""))
        .Select(match => match.Groups["stage"].Value)
        .Where(stage => stage != source.Stage)
        .Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static IEnumerable<Source> Sources()
    {
        // What breaks the hub for demos is a stage in a project of its own.
        foreach (var (project, stage) in new[] { (Hub, ""), ($"{Hub}.Control", "Control") })
        {
            var root = Path.Combine(Solution, project);
            foreach (var path in Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories))
            {
                var file = Path.GetRelativePath(root, path).Replace('\\', '/');
                if (file.StartsWith("bin/", StringComparison.Ordinal) || file.StartsWith("obj/", StringComparison.Ordinal)) continue;
                var folder = Path.GetDirectoryName(file)!.Replace('\\', '/').Replace('/', '.');
                yield return new Source(file, stage.Length > 0 ? stage : folder, File.ReadAllText(path));
            }
        }
    }

    // A namespace by its full name, or a type by the last part of one: Backplane.Redis.RedisKeys.
    [GeneratedRegex(
        @"PipelineAspire\.StatusStream\.(?<stage>Backplane\.Redis|Backplane\.Sharing|Polling\.Backend|Polling\.Pacing|" +
        @"Streaming\.Compression|Streaming\.Direct|Streaming\.Watching|[A-Z]\w+)|" +
        @"(?<![\w.])(?<stage>Backplane\.Redis|Backplane\.Sharing|Polling\.Backend|Polling\.Pacing|" +
        @"Streaming\.Compression|Streaming\.Direct|Streaming\.Watching|" +
        @"Access|Connections|Forwarding|Pipelines|Polling|Backplane|Broadcasting|Streaming|Requests|Control|Diagnostics|Http|Threading)\.(?=[A-Z])")]
    private static partial Regex Mention();

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    private sealed record Source(string File, string Stage, string Text);
}
