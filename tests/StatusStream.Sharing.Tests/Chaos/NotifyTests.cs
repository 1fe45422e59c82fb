using System.Text;
using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Three replicas that read so seldom that only a call to look now makes a change visible at once.</summary>
public sealed class SeldomSystem() : SharedSystem(TimeSpan.FromSeconds(5));

public sealed class NotifyTests(SeldomSystem system, ITestOutputHelper output) : ChaosTest(system, output), IClassFixture<SeldomSystem>
{
    [Fact]
    public async Task ACallToAnyReplicaPutsTheChangeOnTheWireOfAllAtOnce()
    {
        const int calls = 60;
        Audience.Add(Shared.Addresses, 1);
        await Audience.AssertTrueAsync(Bounded.Patience);
        using var http = new HttpClient { Timeout = Bounded.Patience };
        var latencies = new List<TimeSpan>();
        for (var call = 0; call < calls; call++)
        {
            var pipelineId = Shared.Backend.PipelineIds[call % Shared.Backend.PipelineIds.Count];
            var number = await Shared.Backend.ChangeAsync(pipelineId);
            var asked = Bounded.Now;
            using var body = new StringContent($$"""{"pipelineIds":["{{pipelineId}}"]}""", Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri(Shared.Addresses[call % Shared.Addresses.Count], "/ui-api/pipeline/notify"), body);
            response.EnsureSuccessStatusCode();
            latencies.Add(await Audience.ToldAsync(pipelineId, number, asked, Shared.Converged));
            await Bounded.PassAsync(TimeSpan.FromMilliseconds(30)); // at most one read of a pipeline in 250 ms: ten take their turns
        }

        latencies.Sort();
        Say(
            $"from the call to the last of three replicas' wires: median {latencies[calls / 2].TotalMilliseconds:0.0} ms, 90 % " +
            $"{latencies[calls * 9 / 10].TotalMilliseconds:0.0} ms, slowest {latencies[^1].TotalMilliseconds:0.0} ms");
        Assert.True(latencies[calls / 2] < TimeSpan.FromMilliseconds(250), $"median {latencies[calls / 2]}");
        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
    }
}
