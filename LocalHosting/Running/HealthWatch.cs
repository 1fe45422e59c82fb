using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>Asks a process for its health: often until it is healthy, every 5 s from then on. Tells changes only.</summary>
internal sealed class HealthWatch(HealthProbe probe, TimeProvider clock)
{
    private static readonly TimeSpan WhileStarting = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OnceHealthy = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SayWhyAfter = TimeSpan.FromSeconds(15);

    /// <summary>Ends when <paramref name="over"/> is cancelled.</summary>
    /// <param name="current">The state that counts now.</param>
    /// <param name="tell">Told of a change.</param>
    /// <param name="over">The process is gone.</param>
    public async Task WatchAsync(Func<ReplicaState> current, Action<ReplicaState> tell, CancellationToken over)
    {
        var begin = clock.GetTimestamp();
        string? lastSaid = null;
        try
        {
            while (true)
            {
                var wrong = current().State == ReplicaState.Paused ? null : await probe(over);
                var (state, healthy) = (current().State, current().Healthy);
                if (state == ReplicaState.Paused)
                {
                    // What was asked before the pause says nothing.
                }
                else if (wrong is null && healthy != true)
                {
                    tell(new ReplicaState(KnownResourceStates.Running, true, default));
                }
                else if (wrong is not null && healthy == true)
                {
                    tell(new ReplicaState(KnownResourceStates.Running, false, default, wrong));
                }
                else if (wrong is not null && healthy is null && wrong != lastSaid && clock.GetElapsedTime(begin) > SayWhyAfter)
                {
                    tell(new ReplicaState(KnownResourceStates.Starting, null, default, lastSaid = wrong));
                }

                await Task.Delay(current().Healthy is null ? WhileStarting : OnceHealthy, clock, over);
            }
        }
        catch (OperationCanceledException)
        {
            // The process is gone.
        }
    }
}
