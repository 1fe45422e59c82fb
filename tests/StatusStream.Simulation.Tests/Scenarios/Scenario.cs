using System.Globalization;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.Clients;
using PipelineAspire.StatusStream.Simulation.Tests.Shared;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Scenarios;

/// <summary>A small system whose trouble is written down, not drawn: some replicas, one client at each, one backend.</summary>
internal sealed class Scenario
{
    private readonly Random _random = new(1);
    private readonly KnownVersions _versions;
    private int _clients;

    public Scenario(int replicas)
    {
        Redis = new ModelRedis(Clock);
        _versions = new KnownVersions(Redis);
        Backend = new ScriptedBackend(Clock, _random);
        Oracle = new Oracle(Clock);
        Backend.Change("p0");
        Backend.Change("p1");
        Replicas =
        [
            .. Enumerable.Range(0, replicas)
                .Select(i => new Replica(string.Create(CultureInfo.InvariantCulture, $"r{i}"), Redis, _versions, Backend, Cadence, Clock, _random)),
        ];
        Clients = [.. Replicas.Select(Watch)];
        Pass(TimeSpan.FromSeconds(10));
    }

    public PollCadence Cadence { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    public VirtualClock Clock { get; } = new();

    public ModelRedis Redis { get; }

    public ScriptedBackend Backend { get; }

    public Oracle Oracle { get; }

    public IReadOnlyList<Replica> Replicas { get; }

    public IReadOnlyList<Client> Clients { get; }

    /// <summary>The replica that polls for all.</summary>
    public Replica Poller => Replicas.Single(replica => Redis.Owner?.StartsWith(replica.OwnerPrefix, StringComparison.Ordinal) == true);

    /// <summary>Everything that was told keeps the invariants, and everybody knows the truth.</summary>
    public void AssertRight()
    {
        Assert.Empty(Oracle.Violations);
        Assert.All(Clients, client => Assert.True(IsRight(client), $"{client.Name} does not know the truth:\n{Oracle.Trace}"));
    }

    /// <summary>True when a client takes the truth for fresh.</summary>
    public bool IsRight(Client client) =>
        client.PipelineIds.All(id => client.TheFresh.TryGetValue(id, out var told) && told.Status == Backend.Truth(id).Status);

    public Client Watch(Replica replica)
    {
        var client = new Client(
            string.Create(CultureInfo.InvariantCulture, $"c{_clients++}"), [.. Backend.PipelineIds], Cadence, _versions, Backend, Clock, _random, Oracle);
        client.Connect(replica);
        return client;
    }

    public void Pass(TimeSpan time) => Clock.RunUntil(Clock.Now + time);

    /// <summary>Passes time until something holds, and says how long it took.</summary>
    public TimeSpan PassUntil(string what, Func<bool> holds, TimeSpan limit)
    {
        var began = Clock.Now;
        while (!holds())
        {
            Assert.True(Clock.Now - began < limit, $"{what}: not within {limit}\n{Oracle.Trace}");
            Pass(TimeSpan.FromMilliseconds(100));
        }

        return Clock.Now - began;
    }
}
