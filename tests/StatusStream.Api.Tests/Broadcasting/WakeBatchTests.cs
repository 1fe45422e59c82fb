using System.IO.Pipelines;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

public class WakeBatchTests
{
    private readonly Queue<(Action<object?> Action, object? State)> _work = new();
    private readonly StatusBroadcaster _broadcaster;
    private long _sequence;

    public WakeBatchTests() =>
        _broadcaster = new StatusBroadcaster(new PollCadence(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)), TimeProvider.System, new Kept(_work));

    [Fact]
    public void EverySubscriberIsWokenOnceHoweverManyThreadsShareTheRound()
    {
        var wakes = Enumerable.Range(0, 1000).Select(_ => Sleeper()).ToList();
        Observe(PipelineStatus.Paused);
        Assert.All(wakes, wake => Assert.Equal(0, wake.Count));
        Work();

        Assert.All(wakes, wake => Assert.Equal(1, wake.Count));
    }

    [Fact]
    public void ASubscriberThatIsStillAsleepIsNotWokenAgainForEachChange()
    {
        Sleeper();
        Observe(PipelineStatus.Paused);
        Observe(PipelineStatus.Active);
        Observe(PipelineStatus.Failed);

        Assert.Single(_work);
    }

    [Fact]
    public void WhoHasTakenAllIsWokenForTheNextChange()
    {
        var wake = Sleeper();
        foreach (var status in new[] { PipelineStatus.Paused, PipelineStatus.Active, PipelineStatus.Failed })
        {
            Observe(status);
            Work();
        }

        Assert.Equal(3, wake.Count);
        Assert.Equal([PipelineStatus.Paused, PipelineStatus.Active, PipelineStatus.Failed], wake.Told);
    }

    [Fact]
    public void AChangeDuringARoundIsNotLost()
    {
        var wake = Sleeper();
        wake.OnFirst = () => Observe(PipelineStatus.Failed);
        Observe(PipelineStatus.Paused);
        Work();

        Assert.Equal(PipelineStatus.Failed, wake.Told[^1]);
    }

    private Wake Sleeper()
    {
        var subscriber = _broadcaster.Subscribe(["a"]);
        subscriber.Begin();
        var wake = new Wake();
        _ = wake.RunAsync(subscriber);
        return wake;
    }

    private void Observe(PipelineStatus status) => _broadcaster.Receive(Records.Update(Records.Fine("a", status, ++_sequence)));

    private void Work()
    {
        while (_work.TryDequeue(out var work)) work.Action(work.State);
    }

    private sealed class Wake
    {
        public int Count { get; private set; }

        public List<PipelineStatus?> Told { get; } = [];

        public Action? OnFirst { get; set; }

        public async Task RunAsync(Subscriber subscriber)
        {
            while (true)
            {
                await subscriber.Signal.WaitAsync().ConfigureAwait(false); // on the thread that wakes it
                Count++;
                if (Count == 1) OnFirst?.Invoke();
                while (subscriber.TryTake(out var delivery)) Told.Add(delivery.Record!.Status);
            }
        }
    }

    /// <summary>Runs nothing by itself.</summary>
    private sealed class Kept(Queue<(Action<object?> Action, object? State)> work) : PipeScheduler
    {
        public override void Schedule(Action<object?> action, object? state) => work.Enqueue((action, state));
    }
}
