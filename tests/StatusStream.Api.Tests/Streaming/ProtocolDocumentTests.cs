using System.Reflection;
using System.Text.RegularExpressions;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

/// <summary>docs/protocol.md, which people write clients by, is true.</summary>
public partial class ProtocolDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(
        typeof(ProtocolDocumentTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "SolutionDirectory").Value!,
        "docs", "protocol.md"));

    [Fact]
    public void EveryEventInItIsAnExampleOfTheGoldenFile()
    {
        var golden = GoldenFile.EventNames.Select(name => GoldenFile.Event(name).GetProperty("wire").GetString()!).ToHashSet(StringComparer.Ordinal);
        var shown = Example().Matches(Text).SelectMany(block => block.Groups["events"].Value.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)).ToList();

        Assert.True(shown.Count >= 10, $"{shown.Count} events are shown");
        Assert.All(shown, example => Assert.Contains(example + "\n\n", golden));
    }

    [Fact]
    public void EveryEventThatThereIsStandsInIt() => Assert.All(
        GoldenFile.EventNames.Select(name => GoldenFile.Event(name).GetProperty("event").GetString()!).Distinct(StringComparer.Ordinal),
        name => Assert.Contains($"event: {name}\n", Text, StringComparison.Ordinal));

    [Fact]
    public void ItSaysEveryStatusAndEveryCode()
    {
        Assert.All(GoldenFile.Statuses, status => Assert.Contains($"`{status}`", Text, StringComparison.Ordinal));
        var codes = GoldenFile.EventNames.Select(name => GoldenFile.Event(name).GetProperty("data"))
            .Where(data => data.TryGetProperty("code", out _)).Select(data => data.GetProperty("code").GetString()!);
        Assert.All(codes, code => Assert.Contains($"`{code}`", Text, StringComparison.Ordinal));
    }

    [GeneratedRegex("```sse\n(?<events>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
