using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>A scenario: three replicas at work, and clients on each of them.</summary>
public abstract class ChaosTest(SharedSystem system, ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>The pipeline that a scenario changes itself; the others change all the time where there is <see cref="Churn"/>.</summary>
    private protected const string Orders = "pipeline-0";

    private protected SharedSystem Shared { get; } = system;

    private protected Audience Audience { get; } = new(system.Backend);

    private protected static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    public Task InitializeAsync() => Shared.RepairAsync();

    public async Task DisposeAsync()
    {
        await Audience.DisposeAsync();
        await Shared.RepairAsync();
    }

    private protected void Say(string measured) => output.WriteLine(measured);

    /// <summary>Clients on every replica, who know the truth; returns who polls.</summary>
    /// <param name="each">How many on each replica.</param>
    /// <param name="poller">Whether a replica may be the one that polls.</param>
    /// <param name="mayDoubt">Whether they may be told that nothing is confirmed.</param>
    private protected async Task<int> GatherAsync(int each, Func<int, bool>? poller = null, bool mayDoubt = false)
    {
        Audience.Add(Shared.Addresses, 1);
        await Audience.AssertTrueAsync(Bounded.Patience);
        var polling = await Shared.MovePollingAsync(poller ?? (_ => true));
        await Audience.DisposeAsync();
        Audience.Add(Shared.Addresses, each, mayDoubt);
        await Audience.AssertTrueAsync(Bounded.Patience);
        return polling;
    }

    /// <summary>Every pipeline but <see cref="Orders"/> keeps changing until disposed of.</summary>
    private protected Churn Churn() => new(Shared.Backend, [.. Shared.Backend.PipelineIds.Where(id => id != Orders)]);
}
