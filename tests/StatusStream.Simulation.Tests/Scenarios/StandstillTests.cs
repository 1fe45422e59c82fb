using PipelineAspire.StatusStream.Simulation.Tests.Shared;

namespace PipelineAspire.StatusStream.Simulation.Tests.Scenarios;

/// <summary>Invariant 12 where it is most easily broken: the shared loop stands still although nothing seems to be wrong.</summary>
public class StandstillTests
{
    private static readonly TimeSpan TellBound = TimeSpan.FromSeconds(14);

    private readonly Scenario _scenario = new(replicas: 3);

    public static TheoryData<string> Commands => [.. Enum.GetNames<SharedCommand>()];

    [Theory]
    [MemberData(nameof(Commands))]
    public void WhateverRedisRefusesChangesAreToldOrDoubtIsAndOneLoopIsBackAfterwards(string refused)
    {
        _scenario.Redis.Refuse(Enum.Parse<SharedCommand>(refused));
        _scenario.Pass(TimeSpan.FromSeconds(1));
        _scenario.Backend.Change("p0");

        AssertToldOrInDoubtWithin(TellBound);
        _scenario.Pass(TimeSpan.FromSeconds(20));
        _scenario.Redis.Refuse();

        AssertOneLoopWithin(TimeSpan.FromSeconds(15));
        _scenario.AssertRight();
    }

    [Fact]
    public void APollerThatCannotReachTheBackendLeavesPollingToOneThatCan()
    {
        var cutOff = _scenario.Poller;
        cutOff.IsBackendOutOfReach = true;
        _scenario.Backend.Change("p0");

        var took = _scenario.PassUntil("somebody else polls", () => _scenario.Redis.Owner is not null && _scenario.Poller != cutOff, TimeSpan.FromSeconds(30));
        _scenario.PassUntil("everybody knows", () => _scenario.Clients.All(_scenario.IsRight), TimeSpan.FromSeconds(5));

        Assert.InRange(took.TotalSeconds, 1, 25);
        _scenario.Pass(TimeSpan.FromMinutes(3));
        Assert.NotSame(cutOff, _scenario.Poller);
        _scenario.AssertRight();
    }

    [Fact]
    public void WhenNoReplicaReachesTheBackendTheyTakeTurnsEverMoreSlowlyAndGoOnWhenItIsThere()
    {
        foreach (var replica in _scenario.Replicas) replica.IsBackendOutOfReach = true;
        _scenario.Pass(TimeSpan.FromMinutes(10));
        Assert.InRange(_scenario.Redis.Epochs, 3, 20);

        _scenario.Backend.Change("p0");
        foreach (var replica in _scenario.Replicas) replica.IsBackendOutOfReach = false;

        _scenario.PassUntil("everybody knows", () => _scenario.Clients.All(_scenario.IsRight), TimeSpan.FromSeconds(15));
        _scenario.AssertRight();
    }

    [Fact]
    public void APollerWhoseLoopStandsStillIsReplacedAndItsOwnClientsAreToldByTheNext()
    {
        var standing = _scenario.Poller;
        standing.Link.Stall([SharedCommand.Publish]);
        _scenario.Backend.Change("p0");

        AssertToldOrInDoubtWithin(_scenario.Cadence.FreshnessBound(_scenario.Cadence.Interval) + TimeSpan.FromSeconds(1.5));
        _scenario.PassUntil("everybody knows", () => _scenario.Clients.All(_scenario.IsRight), TimeSpan.FromSeconds(30));
        standing.Link.EndStalls();

        AssertOneLoopWithin(TimeSpan.FromSeconds(15));
        _scenario.AssertRight();
    }

    [Fact]
    public void WhenEveryLoopStandsStillEverythingIsInDoubtUntilTheyGoOn()
    {
        foreach (var replica in _scenario.Replicas) replica.Link.Stall(Enum.GetValues<SharedCommand>());
        _scenario.Backend.Change("p0");

        _scenario.Pass(_scenario.Cadence.FreshnessBound(_scenario.Cadence.Interval) + TimeSpan.FromSeconds(1.5));
        Assert.All(_scenario.Clients, client => Assert.Empty(client.TheFresh));
        Assert.All(_scenario.Replicas, replica => Assert.NotEqual(0, replica.Broadcaster.StalePipelines));
        _scenario.Pass(TimeSpan.FromSeconds(20));
        foreach (var replica in _scenario.Replicas) replica.Link.EndStalls();

        AssertOneLoopWithin(TimeSpan.FromSeconds(15));
        Assert.All(_scenario.Replicas, replica => Assert.Equal(0, replica.Broadcaster.StalePipelines));
        _scenario.AssertRight();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void AFaultOfOurOwnInAnyLoopCostsAMomentAndNotTheLoop(string command)
    {
        foreach (var replica in _scenario.Replicas) replica.Link.Broken.Add(Enum.Parse<SharedCommand>(command));
        _scenario.Replicas[0].Link.Interrupt(); // so that its feed reads too
        _scenario.Pass(TimeSpan.FromSeconds(3));
        foreach (var replica in _scenario.Replicas) replica.Link.Broken.Clear();
        _scenario.Backend.Change("p0");

        AssertOneLoopWithin(TimeSpan.FromSeconds(25));
        _scenario.AssertRight();
    }

    [Fact]
    public void AnUpdateThatCannotBeTakenIsNotLost()
    {
        foreach (var replica in _scenario.Replicas) replica.Receiver.Faults = 1;
        _scenario.Backend.Change("p0");

        _scenario.PassUntil("everybody knows", () => _scenario.Clients.All(_scenario.IsRight), TimeSpan.FromSeconds(8));
        Assert.All(_scenario.Replicas, replica => Assert.Equal(0, replica.Receiver.Faults));
        _scenario.AssertRight();
    }

    private void AssertToldOrInDoubtWithin(TimeSpan bound) =>
        _scenario.PassUntil("told, or in doubt", () => _scenario.Clients.All(client => _scenario.IsRight(client) || !client.TheFresh.ContainsKey("p0")), bound);

    /// <summary>Every pipeline is read once per interval by one replica, and everybody is told.</summary>
    private void AssertOneLoopWithin(TimeSpan bound)
    {
        _scenario.PassUntil("one loop", IsOneLoop, bound);
        _scenario.PassUntil("everybody knows", () => _scenario.Clients.All(_scenario.IsRight), TimeSpan.FromSeconds(6));

        bool IsOneLoop()
        {
            var since = _scenario.Clock.Now - (2 * _scenario.Cadence.Interval);
            var reads = _scenario.Backend.Reads.Where(read => read.At > since).ToList();
            return reads.Count is > 0 and <= 6 && reads.DistinctBy(read => read.Replica).Count() == 1;
        }
    }
}
