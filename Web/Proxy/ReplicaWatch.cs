using System.Collections.Concurrent;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace PipelineAspire.Web.Proxy;

/// <summary>
/// Tells a replica that is slow from one that is silent (frozen, or its machine gone). A poll may take its time; when
/// nothing at all comes from a replica it is asked for <c>/alive</c>, which may not.
/// </summary>
public sealed class ReplicaWatch(IHttpClientFactory clients, IDestinationHealthUpdater health, TimeProvider timeProvider)
{
    public const string HttpClientName = "replica-watch";

    /// <summary>How long a replica may say nothing before it is asked.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>How long it may take to say that it lives.</summary>
    public static readonly TimeSpan AliveTimeout = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<DestinationState, Replica> _replicas = new();

    /// <summary>An answer has come from a replica, whoever asked.</summary>
    public void Heard(DestinationState replica) => StateOf(replica).Heard = timeProvider.GetTimestamp();

    /// <summary>
    /// Returns false when the answer is there, true as soon as the replica is found silent; following requests avoid it
    /// for a while then.
    /// </summary>
    public async Task<bool> IsSilentAsync(ClusterState cluster, DestinationState replica, Task answer)
    {
        while (true)
        {
            var began = timeProvider.GetTimestamp();
            if (await IsThereAsync(answer)) return false;
            if (HasSpokenSince(began, replica)) continue;
            var lives = AskAsync(replica);
            await Task.WhenAny(answer, lives);
            if (answer.IsCompleted) return false;
            if (await lives || HasSpokenSince(began, replica)) continue;
            var period = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? TimeSpan.Zero;
            health.SetPassive(cluster, replica, DestinationHealth.Unhealthy, period);
            return true;
        }
    }

    private async Task<bool> IsThereAsync(Task answer)
    {
        using var waiting = new CancellationTokenSource();
        await Task.WhenAny(answer, Task.Delay(Patience, timeProvider, waiting.Token));
        await waiting.CancelAsync();
        return answer.IsCompleted;
    }

    private bool HasSpokenSince(long began, DestinationState replica) => StateOf(replica).Heard is { } heard && heard >= began;

    /// <summary>One question at a time, however many requests wait for the same replica.</summary>
    private Task<bool> AskAsync(DestinationState replica)
    {
        var state = StateOf(replica);
        lock (state)
        {
            if (state.Question is null or { IsCompleted: true }) state.Question = LivesAsync(replica);
            return state.Question;
        }
    }

    private async Task<bool> LivesAsync(DestinationState replica)
    {
        using var timeout = new CancellationTokenSource(AliveTimeout, timeProvider);
        try
        {
            using var response = await clients.CreateClient(HttpClientName)
                .GetAsync(new Uri(new Uri(replica.Model.Config.Address), "alive"), HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return true; // whatever it says
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private Replica StateOf(DestinationState replica) => _replicas.GetOrAdd(replica, static _ => new Replica());

    private sealed class Replica
    {
        private long _heard = long.MinValue;

        /// <summary>When an answer came last.</summary>
        public long? Heard
        {
            get => Volatile.Read(ref _heard) is var heard && heard == long.MinValue ? null : heard;
            set => Volatile.Write(ref _heard, value ?? long.MinValue);
        }

        /// <summary>Whether it lives, as last asked.</summary>
        public Task<bool>? Question { get; set; }
    }
}
