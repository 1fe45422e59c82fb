using PipelineAspire.StatusStream.Simulation.Tests.Shared;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests;

/// <summary>What troubles a life.</summary>
internal sealed partial class Simulation
{
    private void Strike()
    {
        var alive = _replicas.Where(replica => replica.Process.IsRunning).ToArray();
        var victim = alive.Length == 0 ? null : alive[_random.Next(alive.Length)];
        var poller = alive.FirstOrDefault(replica => _redis.Owner?.StartsWith(replica.OwnerPrefix, StringComparison.Ordinal) == true);
        switch (_random.Next(18))
        {
            case 0 when victim is not null:
                Kill(victim);
                break;
            case 1 when poller is not null:
                Kill(poller);
                ExpectNextRead();
                break;
            case 2 when victim is not null:
                Pause(victim, 500 + _random.Next(12_000));
                break;
            case 3 when poller is not null:
                Pause(poller, 4000 + _random.Next(8000));
                break;
            case 4:
                Outage(isEmpty: _random.Next(2) == 0);
                break;
            case 5 when victim is not null:
                Cut(victim);
                break;
            case 6 when victim is not null:
                Storm(victim);
                break;
            case 7:
                FailBackend();
                break;
            case 8 when victim is not null:
                Stop(victim);
                break;
            case 9:
            case 10:
                Refuse();
                break;
            case 11:
                LoseSomething();
                break;
            case 12 when victim is not null:
                Break(victim);
                break;
            case 13 when victim is not null:
                Stall(victim);
                break;
            case 14 when poller is not null:
                Stall(poller);
                break;
            default:
                MoveAClient();
                break;
        }
    }

    private void Kill(Replica victim)
    {
        _oracle.Note($"{victim.Name} is killed");
        victim.Process.Kill();
        Bury(victim);
    }

    private void Stop(Replica victim)
    {
        _oracle.Note($"{victim.Name} is asked to stop");
        victim.Stop();
        _clock.Schedule(TimeSpan.FromSeconds(1.5), () =>
        {
            if (victim.Process.IsKilled) return;
            victim.Process.Kill();
            Bury(victim);
        });
    }

    private void Bury(Replica victim)
    {
        _replicas.Remove(victim);
        _redis.Disconnect(victim.Link);
        LoseStreams(victim);
        _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(6000)), StartReplica);
    }

    private void Pause(Replica victim, int milliseconds)
    {
        _oracle.Note($"{victim.Name} is paused for {milliseconds} ms");
        victim.Process.Pause();
        _clock.Schedule(TimeSpan.FromMilliseconds(milliseconds), () =>
        {
            if (victim.Process.IsKilled) return;
            _oracle.Note($"{victim.Name} goes on");
            victim.Process.Resume();
        });
    }

    private void Outage(bool isEmpty)
    {
        if (!_redis.IsUp) return;
        _oracle.Note("redis goes down");
        _redis.GoDown();
        _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(15_000)), () =>
        {
            if (_redis.IsUp) return;
            _oracle.Note(isEmpty ? "redis is back, empty" : "redis is back");
            _redis.ComeBack(isEmpty);
        });
    }

    private void Cut(Replica victim)
    {
        _oracle.Note($"{victim.Name} is cut off from redis");
        victim.Link.IsCut = true;
        _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(15_000)), () =>
        {
            _oracle.Note($"{victim.Name} reaches redis again");
            victim.Link.IsCut = false;
            if (_random.Next(2) == 0) victim.Link.Interrupt();
        });
    }

    /// <summary>Some commands are refused to everybody, as for want of memory or of rights, while others go well.</summary>
    private void Refuse()
    {
        SharedCommand[] refused = [.. Enum.GetValues<SharedCommand>().Where(_ => _random.Next(3) == 0)];
        _oracle.Note($"redis refuses {string.Join(", ", refused)}");
        _redis.Refuse(refused);
        _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(20_000)), () =>
        {
            _oracle.Note("redis refuses nothing");
            _redis.Refuse();
        });
    }

    /// <summary>Loops of a replica fail by a fault of our own, once or for a while.</summary>
    private void Break(Replica victim)
    {
        if (_random.Next(2) == 0)
        {
            victim.Receiver.Faults = 1 + _random.Next(3);
            _oracle.Note($"{victim.Name} fails to take what comes next");
            return;
        }

        SharedCommand[] broken = [.. Enum.GetValues<SharedCommand>().Where(_ => _random.Next(3) == 0)];
        _oracle.Note($"{victim.Name} fails at {string.Join(", ", broken)}");
        victim.Link.Broken.UnionWith(broken);
        _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(10_000)), () => Mend(victim));
    }

    /// <summary>Loops of a replica stand still in the middle of something, as in a debugger.</summary>
    private void Stall(Replica victim)
    {
        SharedCommand[] stalled = [.. Enum.GetValues<SharedCommand>().Where(_ => _random.Next(3) == 0)];
        _oracle.Note($"{victim.Name} stands still at {string.Join(", ", stalled)}");
        victim.Link.Stall(stalled);
        _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(30_000)), () => Mend(victim));
    }

    private void Mend(Replica victim)
    {
        _oracle.Note($"{victim.Name} is well");
        victim.Link.Broken.Clear();
        victim.Link.EndStalls();
        victim.Receiver.Faults = 0;
        victim.WellSince = _clock.Now;
    }

    /// <summary>Keys are evicted, or a record is one that nobody can read.</summary>
    private void LoseSomething()
    {
        switch (_random.Next(3))
        {
            case 0:
                _oracle.Note("redis loses the lease");
                _redis.LoseLease();
                break;
            case 1:
                _oracle.Note("redis loses all statuses and interests");
                _redis.LoseAll();
                break;
            default:
                var id = _backend.PipelineIds.ElementAt(_random.Next(_backend.PipelineIds.Count));
                _oracle.Note($"redis loses {id}");
                _redis.Lose(id);
                break;
        }
    }

    private void Storm(Replica victim)
    {
        _oracle.Note($"{victim.Name} has a bad connection");
        victim.Link.Weather = new LinkWeather(_random.NextDouble() * 0.3, _random.NextDouble() * 0.3, TimeSpan.FromMilliseconds(_random.Next(800)));
        _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(10_000)), () => victim.Link.Weather = LinkWeather.Fair);
    }

    private void FailBackend()
    {
        _oracle.Note("the backend fails");
        _backend.FailureRate = _random.NextDouble();
        _clock.Schedule(TimeSpan.FromMilliseconds(_random.Next(8000)), () => _backend.FailureRate = 0);
    }

    private void MoveAClient()
    {
        var client = _clients[_random.Next(_clients.Count)];
        if (client.Replica is null) return;
        _oracle.Note($"{client.Name} reconnects");
        client.Lose(AnyHub);
    }
}
