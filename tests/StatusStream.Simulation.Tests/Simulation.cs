using System.Globalization;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;
using PipelineAspire.StatusStream.Simulation.Tests.Clients;
using PipelineAspire.StatusStream.Simulation.Tests.Shared;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests;

/// <summary>
/// One life of a system of replicas, drawn from a seed: 60 seconds of trouble, then peace, in which everything must come
/// right. Same seed, same trace.
/// </summary>
internal sealed partial class Simulation
{
    private const int Replicas = 3;
    private const int Clients = 5;
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Peace = TimeSpan.FromSeconds(20);

    /// <summary>How long it may take to say that something is in doubt: one look, and the way to the client.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a loop that failed may rest before it is started again.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(6.5);

    private readonly PollCadence _cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    private readonly ScheduleLimits _limits = new();
    private readonly VirtualClock _clock = new();
    private readonly Random _random;
    private readonly ModelRedis _redis;
    private readonly KnownVersions _versions;
    private readonly ScriptedBackend _backend;
    private readonly Oracle _oracle;
    private readonly List<Replica> _replicas = [];
    private readonly List<Client> _clients = [];
    private readonly Dictionary<(string Replica, string PipelineId), TimeSpan> _intervals = [];
    private int _names;
    private readonly bool _hasRelays;
    private int _strikes;

    /// <param name="seed">What happens, and when.</param>
    /// <param name="isPaced">True with batches, paces and a budget that stretches all intervals.</param>
    /// <param name="hasRelays">True with relays before the replicas.</param>
    public Simulation(int seed, bool isPaced, bool hasRelays = false)
    {
        _hasRelays = hasRelays;
        _random = new Random(seed);
        if (isPaced)
        {
            _cadence = _cadence with { StableInterval = TimeSpan.FromSeconds(8), BackgroundInterval = TimeSpan.FromSeconds(5) };
            _limits = new ScheduleLimits { BatchSize = _random.Next(3) switch { 0 => null, 1 => 2, _ => ScheduleLimits.All }, MaxRequestsPerSecond = 1.5 };
        }

        _redis = new ModelRedis(_clock);
        _versions = new KnownVersions(_redis);
        _backend = new ScriptedBackend(_clock, _random);
        _oracle = new Oracle(_clock);
        for (var i = 0; i < 4; i++) _backend.Change(string.Create(CultureInfo.InvariantCulture, $"p{i}"));
    }

    /// <summary>Lives the life and tells what went wrong; nothing when all is well.</summary>
    public (IReadOnlyList<string> Violations, string Trace, IReadOnlyDictionary<string, int> Checks) Run()
    {
        for (var i = 0; i < Replicas; i++) StartReplica();
        if (_hasRelays) StartRelays();
        for (var i = 0; i < (_hasRelays ? 2 * Clients : Clients); i++) StartClient(i);
        LetBackendChange();
        LetTroubleCome();
        LetFreshnessBeChecked();
        _clock.RunUntil(Trouble);

        EndTrouble();
        _clock.RunUntil(Trouble + Recovery);
        CheckConverged("after the trouble");
        var reads = _backend.Reads.Count;
        _clock.RunUntil(Trouble + Recovery + Peace);
        CheckOneLoop(_backend.Reads.Skip(reads).ToList());
        CheckConverged("at the end");
        _oracle.Check(_redis.Breaches == 0, "Pause", "a write of an epoch that was over got through the fence");
        return (_oracle.Violations, _oracle.Trace, _oracle.Checks);
    }

    /// <summary>The longest interval of any pipeline: what rests, stretched by the budget.</summary>
    private TimeSpan LongestInterval => _limits.MaxRequestsPerSecond is null ? _cadence.Interval : _cadence.StableInterval * 2;

    private void StartReplica()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"r{_names++}");
        _oracle.Note($"{name} starts");
        _replicas.Add(new Replica(name, _redis, _versions, _backend, _cadence, _clock, _random, _limits));
    }

    private void StartClient(int i)
    {
        var watched = _backend.PipelineIds.Where(_ => _random.Next(3) > 0).DefaultIfEmpty("p0").ToArray();
        var client = new Client(string.Create(CultureInfo.InvariantCulture, $"c{i}"), watched, _cadence, _versions, _backend, _clock, _random, _oracle, changesUntil: i % 2 == 0 ? Trouble + TimeSpan.FromSeconds(10) : null);
        _clients.Add(client);
        client.Lose(AnyHub);
    }

    private Replica? AnyReplica()
    {
        var alive = _replicas.Where(replica => replica.Process.IsRunning).ToArray();
        return alive.Length == 0 ? null : alive[_random.Next(alive.Length)];
    }

    private void LetBackendChange() => _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(3000)), () =>
    {
        var id = _backend.PipelineIds.ElementAt(_random.Next(_backend.PipelineIds.Count));
        _backend.Change(id);
        _oracle.Note($"backend: {id} = {_backend.Truth(id)}");
        if (_random.Next(3) == 0 && AnyReplica() is { } replica)
        {
            replica.Process.Run(() => _ = replica.Backplane.NotifyAsync([id], CancellationToken.None).AsTask());
        }

        if (_clock.Now < Trouble + TimeSpan.FromSeconds(10)) LetBackendChange();
    });

    private void LetTroubleCome() => _clock.Schedule(TimeSpan.FromMilliseconds(500 + _random.Next(8000)), () =>
    {
        if (_clock.Now >= Trouble) return;
        _strikes++;
        Strike();
        LetTroubleCome();
    });

    /// <summary>
    /// Vouched: what a client takes for fresh was the truth less than V ago. A replica that stands still can say
    /// nothing; its silence is another's to notice.
    /// </summary>
    private void LetFreshnessBeChecked() => _clock.Schedule(TimeSpan.FromSeconds(1), () =>
    {
        foreach (var client in _clients.Where(client => client.Replica is { } replica && IsSteady(replica)))
        {
            foreach (var (id, told) in client.TheFresh.Where(told => client.IsSteady(told.Key)))
            {
                var untrueFor = _clock.Now - _backend.TrueUntil(id, told.Status);
                var interval = PresentInterval(client.Replica!, id);
                _oracle.Check(
                    untrueFor <= _cadence.FreshnessBound(interval) + Slack + Later(client.Replica!),
                    "Vouched",
                    $"{client.Name} takes {id} #{told.Number} of {told.Replica} for fresh, which is untrue for " +
                    $"{untrueFor.TotalSeconds:0.0} s; known there: {Known(client.Replica!, id)}");
            }
        }

        LetFreshnessBeChecked();
    });

    /// <summary>Within what time a pipeline is read again, as a replica knows it; of one that was just forgotten, as it knew it last.</summary>
    private TimeSpan PresentInterval(IHub replica, string id)
    {
        foreach (var known in replica.Broadcaster.Known().Where(known => known.Record.PipelineId == id))
            _intervals[(replica.Name, id)] = known.Interval ?? _cadence.Interval;
        return _intervals.GetValueOrDefault((replica.Name, id), _cadence.Interval);
    }

    private static string Known(IHub replica, string id) => replica.Broadcaster.Known().Where(known => known.Record.PipelineId == id)
        .Select(known => (known.Record, Age: string.Create(CultureInfo.InvariantCulture, $"{known.Age.TotalSeconds:0.0}")))
        .Select(known => $"{known.Record.Status} {known.Record.Condition}, read {known.Age} s ago")
        .SingleOrDefault("nothing");

    private bool IsSteady(IHub replica) => replica.Process.IsRunning && _clock.Now - replica.Process.RunsSince > TimeSpan.FromSeconds(1.5);

    private void EndTrouble()
    {
        _oracle.Note("peace");
        if (!_redis.IsUp) _redis.ComeBack(isEmpty: false);
        _redis.Refuse();
        _backend.FailureRate = 0;
        foreach (var replica in _replicas)
        {
            (replica.Link.IsCut, replica.Link.Weather) = (false, LinkWeather.Fair);
            if (replica.Process.IsPaused) replica.Process.Resume();
            Mend(replica);
        }

        EndTroubleOfRelays();
    }

    /// <summary>Kill: the next read comes within 6.5 s, if somebody healthy is there to make it all that time.</summary>
    private void ExpectNextRead()
    {
        var heirs = _replicas.Where(IsHealthy).ToArray();
        var (reads, strikes) = (_backend.Reads.Count, _strikes);
        var isWatched = _clients.Any(client => heirs.Contains(client.Replica));
        if (heirs.Length == 0 || !isWatched || !_redis.IsUp || _redis.RefusesAnything || !_replicas.All(IsWell)) return;
        _clock.Schedule(KillBound + (LongestInterval - _cadence.Interval), () =>
        {
            // one that is not well may take the lease
            var isCalm = _strikes == strikes && _redis.IsUp && heirs.All(heir => _replicas.Contains(heir) && IsHealthy(heir)) && _replicas.All(IsWell);
            if (!isCalm) return;
            _oracle.Check(_backend.Reads.Count > reads, "Kill", "no read within 6.5 s of the poller's death");
        });
    }

    private bool IsHealthy(Replica replica) =>
        replica.Process.IsRunning && !replica.Link.IsCut && replica.Link.Weather == LinkWeather.Fair && IsWell(replica);

    /// <summary>Its code is as it should be, and any loop that failed has been started again.</summary>
    private bool IsWell(Replica replica) => !replica.Link.IsHampered && replica.Receiver.Faults == 0 && _clock.Now - replica.WellSince > LongestPause;

    /// <summary>Convergence: what each client was last told is what the backend says.</summary>
    private void CheckConverged(string when)
    {
        foreach (var client in _clients)
        {
            _oracle.Check(client.Replica is not null, "Convergence", $"{client.Name} has no stream {when}");
            foreach (var id in client.PipelineIds)
            {
                var (status, number) = _backend.Truth(id);
                _oracle.Check(client.TheTold.ContainsKey(id), "Convergence", $"{client.Name} was never told of {id}");
                if (!client.TheTold.TryGetValue(id, out var told)) continue;
                _oracle.Check(
                    told.Status == status, "Convergence", $"{client.Name} believes {id} = {told.Status} #{told.Number} {when}, it is {status} #{number}");
            }
        }
    }

    /// <summary>One loop: in peace each watched pipeline is read once per interval, by one replica.</summary>
    private void CheckOneLoop(List<(TimeSpan At, string Replica, string PipelineId)> reads)
    {
        _oracle.Check(
            reads.Select(read => read.Replica).Distinct(StringComparer.Ordinal).Count() == 1,
            "One loop",
            "read by " + string.Join(", ", reads.Select(read => read.Replica).Distinct(StringComparer.Ordinal)));
        var (most, least) = (Peace / _cadence.Interval, Peace / LongestInterval);
        foreach (var perPipeline in reads.GroupBy(read => read.PipelineId, StringComparer.Ordinal))
        {
            // What a batch has missed is read once more.
            var batched = _limits.BatchSize is null ? 1 : 4;
            _oracle.Check(
                perPipeline.Count() <= most + batched && perPipeline.Count() >= least - 1,
                "One loop",
                $"{perPipeline.Key} was read {perPipeline.Count()} times, {least} to {most} were to be");
        }
    }
}
