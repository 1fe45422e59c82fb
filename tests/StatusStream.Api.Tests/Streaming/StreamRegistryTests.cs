using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

public sealed class StreamRegistryTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();
    private readonly Pump _pump = new();
    private readonly StreamRegistry _registry;

    public StreamRegistryTests() => _registry = new StreamRegistry(
        new ConnectionLimits(Connections: 8, Streams: 2, OwnConnections: 1), new StatusStreamMetrics(_services.GetRequiredService<IMeterFactory>()), _clock);

    public void Dispose() => _services.Dispose();

    [Fact]
    public void NoMoreStreamsEnterThanThereArePlaces()
    {
        Assert.True(_registry.TryAdmit());
        Assert.True(_registry.TryAdmit());
        Assert.False(_registry.TryAdmit());
        _registry.Release();
        Assert.True(_registry.TryAdmit());
    }

    [Fact]
    public async Task ADrainingReplicaTakesNobodyIn()
    {
        await _registry.DrainAsync(CancellationToken.None).Soon();

        Assert.True(_registry.IsDraining);
        Assert.False(_registry.TryAdmit());
    }

    [Fact]
    public void Invariant10_Drain_TheEndsAreSpreadOverTheWindowAndNobodyIsLeft()
    {
        var rigs = Enumerable.Range(0, 60).Select(_ => new SessionRig("a")).ToArray();
        foreach (var rig in rigs)
        {
            rig.Start();
            _registry.Add(rig.Session, () => Assert.Fail("aborted"));
        }

        var draining = _pump.Start(() => _registry.DrainAsync(CancellationToken.None));
        var ended = new List<int>();
        for (var step = 0; step < 40 && !draining.IsCompleted; step++)
        {
            foreach (var rig in rigs)
            {
                rig.Do(() => { });
                if (rig.Running.IsCompleted) _registry.Remove(rig.Session);
            }

            ended.Add(rigs.Count(rig => rig.Running.IsCompleted));
            _pump.Do(() => _clock.Advance(StreamRegistry.DrainWindow / 30));
        }

        Assert.True(draining.IsCompletedSuccessfully);
        Assert.Equal(Enumerable.Range(1, 30).Select(step => 2 * step), ended);
        Assert.Equal(0, _registry.Count);
        foreach (var rig in rigs) rig.Dispose();
    }

    [Fact]
    public void AStreamThatDoesNotEndIsAbortedAtTheEndOfTheWindow()
    {
        using var stuck = new SessionRig("a");
        var aborted = false;
        _registry.Add(stuck.Session, () =>
        {
            aborted = true;
            _registry.Remove(stuck.Session);
        });

        var draining = _pump.Start(() => _registry.DrainAsync(CancellationToken.None));
        for (var step = 0; step < 29; step++) _pump.Do(() => _clock.Advance(StreamRegistry.DrainWindow / 30));
        Assert.False(aborted);
        _pump.Do(() => _clock.Advance(StreamRegistry.DrainWindow / 30));

        Assert.True(aborted);
        Assert.True(draining.IsCompletedSuccessfully);
    }

    [Fact]
    public void AStreamIsNeverAbortedAfterItLeftSinceItsConnectionServesOthersThen()
    {
        using var first = new SessionRig("a");
        using var second = new SessionRig("a");
        var open = new ConcurrentDictionary<StreamSession, bool> { [first.Session] = true, [second.Session] = true };
        var abortedLate = false;
        foreach (var rig in new[] { first, second })
        {
            var other = rig == first ? second : first;
            _registry.Add(rig.Session, () =>
            {
                abortedLate |= !open[rig.Session];

                // The other stream ends by itself, just now: it is given the time to, should nothing hold it.
                var ending = Task.Run(() =>
                {
                    _registry.Remove(other.Session);
                    open[other.Session] = false;
                });
                ending.Wait(TimeSpan.FromMilliseconds(200));
            });
        }

        var draining = _pump.Start(() => _registry.DrainAsync(CancellationToken.None));
        for (var step = 0; step < 30; step++) _pump.Do(() => _clock.Advance(StreamRegistry.DrainWindow / 30));

        Assert.True(draining.IsCompletedSuccessfully);
        Assert.False(abortedLate);
    }

    [Fact]
    public void AStreamThatComesWhileDrainingIsDrainedAtOnce()
    {
        using var rig = new SessionRig("a");
        rig.Start();
        var draining = _pump.Start(() => _registry.DrainAsync(CancellationToken.None));
        Assert.True(draining.IsCompletedSuccessfully);
        rig.Do(() => _registry.Add(rig.Session, () => { }));

        Assert.True(rig.Running.IsCompletedSuccessfully);
        Assert.Contains("server_draining", rig.Read(), StringComparison.Ordinal);
    }
}
