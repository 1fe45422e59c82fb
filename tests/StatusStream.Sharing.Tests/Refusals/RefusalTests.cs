using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>
/// Whatever Redis refuses, loses or garbles, a stream stays open and is told of changes, or that it is in doubt; nothing wrong is told,
/// and one loop serves all again soon after. <c>REFUSALS=OOM,PUBLISH</c> chooses kinds, <c>REFUSAL_SECONDS=60</c> makes each last longer.
/// </summary>
public sealed class RefusalTests(RefusalMatrix matrix, ITestOutputHelper output) : IClassFixture<RefusalMatrix>
{
    public static TheoryData<string> Kinds => [.. Troubles.Chosen.Select(trouble => trouble.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task StreamsAreToldTheTruthOrThatItIsInDoubtWhen(string kind)
    {
        var outcome = await matrix.OutcomeAsync(kind);
        output.WriteLine(outcome.Measured);
        Assert.True(
            outcome.Broken.Count == 0,
            $"{outcome.Measured}\n{outcome.Broken.Count} broken promises:\n{string.Join('\n', outcome.Broken.Take(20))}\n{outcome.Log}");
    }
}
