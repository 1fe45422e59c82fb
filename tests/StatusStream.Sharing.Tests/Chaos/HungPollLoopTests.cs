using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Three replicas that let themselves be broken.</summary>
public sealed class ControlledSystem() : SharedSystem(TimeSpan.FromMilliseconds(200), hasControl: true);

/// <summary>The poll loop of the replica that polls for all stands still, as under a debugger, while its lease is renewed.</summary>
public sealed class HungPollLoopTests(ControlledSystem system, ITestOutputHelper output) : ChaosTest(system, output), IClassFixture<ControlledSystem>
{
    private const int Each = 10;
    private const int HangSeconds = 20;

    private static readonly TimeSpan OneLoopAgainWithin = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task EverybodyIsToldAChangeOrThatItIsInDoubtAndThereIsOneLoopAgain()
    {
        var poller = await GatherAsync(Each, mayDoubt: true);
        await using (Churn())
        {
            var hung = await HangAsync(poller);
            await Bounded.PassAsync(Shared.Interval * 2); // it stands still at its next step
            var number = await Shared.Backend.ChangeAsync(Orders);
            var changed = Bounded.Now;

            var (told, doubting, took) = await Audience.ToldOrDoubtingAsync(Orders, number, Shared.FreshnessBound + Seconds(1));
            Say($"poll loop hung: {took.TotalSeconds:0.00} s after the change {told} clients knew of it, and {doubting} that it is in doubt");
            var all = await Audience.ToldAsync(Orders, number, changed, Seconds(HangSeconds) - Bounded.Since(hung));
            Say($"all had been told of it {all.TotalSeconds:0.00} s after it, while the loop still hung");

            await Bounded.PassAsync(Seconds(HangSeconds) - Bounded.Since(hung));
            var (next, after) = await Shared.PollerAsync(OneLoopAgainWithin);
            Say($"one loop again {after.TotalSeconds:0.00} s after the hang's end, {(next == poller ? "that of the replica that hung" : "another replica's")}");
            await Audience.ChangeAsync(Orders, Shared.Converged);
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
    }

    /// <summary>Tells the replica to let its loop hang; returns when that was.</summary>
    private async Task<long> HangAsync(int replica)
    {
        using var http = new HttpClient { Timeout = Bounded.Patience };
        var told = Bounded.Now;
        using var answer = await http.PostAsync(new Uri(Shared.Addresses[replica], $"control/polling/hang?seconds={HangSeconds}"), content: null);
        answer.EnsureSuccessStatusCode();
        Assert.Contains("\"polling\":true", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        return told;
    }
}
