using System.Globalization;
using PipelineAspire.StatusStream.Simulation.Tests.Relays;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests;

/// <summary>Relays before the replicas, two levels deep, and what troubles them.</summary>
internal sealed partial class Simulation
{
    private const int RelaysOfALevel = 2;
    private const int Levels = 2;

    private readonly List<Relay> _relays = [];

    /// <summary>How much later than at a replica it may be at a relay of this level: a look there, and the way.</summary>
    private static TimeSpan Later(IHub hub) => TimeSpan.FromSeconds(1.5) * hub.Level;

    private void StartRelays()
    {
        for (var level = 1; level <= Levels; level++)
        {
            for (var i = 0; i < RelaysOfALevel; i++) StartRelay(level);
        }

        LetRelaysBeTroubled();
    }

    private void StartRelay(int level)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"relay{_names++}.{level}");
        _oracle.Note($"{name} starts");
        _relays.Add(new Relay(name, level, _versions, () => AnyOf(level == 1 ? _replicas : _relays.Where(relay => relay.Level == level - 1)), _cadence, _clock, _random, _oracle.Note));
    }

    private IHub? AnyHub() => AnyOf(_replicas.Concat<IHub>(_relays));

    private IHub? AnyOf(IEnumerable<IHub> hubs)
    {
        var alive = hubs.Where(hub => hub.Process.IsRunning).ToArray();
        return alive.Length == 0 ? null : alive[_random.Next(alive.Length)];
    }

    /// <summary>A hub is gone: so are its streams, of clients and of relays.</summary>
    private void LoseStreams(IHub gone)
    {
        foreach (var client in _clients.Where(client => client.Replica == gone)) client.Lose(AnyHub);
        foreach (var relay in _relays.Where(relay => relay.Link.Hub == gone)) relay.Link.Break(isNoticed: _random.Next(4) > 0);
    }

    private void LetRelaysBeTroubled() => _clock.Schedule(TimeSpan.FromMilliseconds(500 + _random.Next(6000)), () =>
    {
        if (_clock.Now >= Trouble) return;
        StrikeARelay(_relays[_random.Next(_relays.Count)]);
        LetRelaysBeTroubled();
    });

    private void StrikeARelay(Relay victim)
    {
        switch (_random.Next(5))
        {
            case 0:
                _oracle.Note($"{victim.Name} is killed");
                victim.Process.Kill();
                _relays.Remove(victim);
                StartRelay(victim.Level);
                LoseStreams(victim);
                break;
            case 1 when victim.Process.IsRunning:
                _oracle.Note($"{victim.Name} is paused");
                victim.Process.Pause();
                After(20_000, () =>
                {
                    if (victim.Process.IsKilled || !victim.Process.IsPaused) return;
                    _oracle.Note($"{victim.Name} goes on");
                    victim.Process.Resume();
                });
                break;
            case 2:
                _oracle.Note($"{victim.Name} is cut off");
                victim.Link.IsCut = true;
                After(20_000, () => victim.Link.IsCut = false);
                break;
            case 3:
                _oracle.Note($"{victim.Name} hears late");
                victim.Link.Slowest = TimeSpan.FromMilliseconds(_random.Next(6000));
                After(15_000, () => victim.Link.Slowest = TimeSpan.FromMilliseconds(2));
                break;
            default:
                _oracle.Note($"{victim.Name} loses its stream");
                victim.Link.Break(isNoticed: _random.Next(2) == 0);
                break;
        }

        void After(int mostMilliseconds, Action end) => _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(mostMilliseconds)), end);
    }

    private void EndTroubleOfRelays()
    {
        foreach (var relay in _relays)
        {
            (relay.Link.IsCut, relay.Link.Slowest) = (false, TimeSpan.FromMilliseconds(2));
            if (relay.Process.IsPaused) relay.Process.Resume();
        }
    }
}
