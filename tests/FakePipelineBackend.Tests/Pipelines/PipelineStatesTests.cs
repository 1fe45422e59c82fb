using System.Reflection;
using System.Text.Json;
using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

/// <summary>What the fake backend says, held against the golden file that the hub and its clients are tested by.</summary>
public sealed class PipelineStatesTests
{
    public static TheoryData<string> States =>
        [.. typeof(PipelineStates).GetFields(BindingFlags.Public | BindingFlags.Static).Select(state => (string)state.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(States))]
    public void EveryStateOfTheLifecycleIsOneThatTheHubKnows(string state)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "stream-events.json")));

        Assert.True(golden.RootElement.GetProperty("backendStatuses").TryGetProperty(state.ToLowerInvariant(), out _), $"{state} is no status of the table");
    }
}
