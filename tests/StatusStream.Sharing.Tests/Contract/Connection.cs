using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Backplane.Sharing;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>One replica's connection to the shared state, and all it hears there.</summary>
internal sealed class Connection : IAsyncDisposable
{
    private const string ProbePrefix = "probe-";

    private readonly ServiceProvider _services;
    private readonly Channel<string> _probes = Channel.CreateUnbounded<string>();
    private readonly Channel<PollUpdate> _updates = Channel.CreateUnbounded<PollUpdate>();
    private readonly Channel<PollRequest> _requests = Channel.CreateUnbounded<PollRequest>();
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Connection(ServiceProvider services)
    {
        _services = services;
        State = services.GetRequiredService<ISharedState>();
        State.Updated += update => _updates.Writer.TryWrite(update);
        State.Requested += request =>
        {
            if (request.RefreshRequested is [var first, ..] && first.StartsWith(ProbePrefix, StringComparison.Ordinal)) _probes.Writer.TryWrite(first);
            else _requests.Writer.TryWrite(request);
        };
        State.LeaseReleased += () => _freed.TrySetResult();
        State.Interrupted += () => _interrupted.TrySetResult();
    }

    public ISharedState State { get; }

    /// <summary>Completes when it has heard that the lease is free.</summary>
    public Task HearsLeaseFreed => _freed.Task.WaitAsync(Bounded.Patience);

    /// <summary>Completes when it has noticed an interruption.</summary>
    public Task HearsInterruption => _interrupted.Task.WaitAsync(Bounded.Patience);

    public static async Task<Connection> OpenAsync(string connectionString, string prefix)
    {
        var services = Wiring.Replica(connectionString, prefix).BuildServiceProvider();
        try
        {
            // Connecting blocks while the server is down, as it does when a replica starts.
            var connection = await Task.Run(() => new Connection(services)).WaitAsync(Bounded.Patience);
            await services.GetRequiredService<RedisSubscriptions>().ListenAsync().WaitAsync(Bounded.Patience);
            return connection;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Completes when its subscriptions are in force: the one of updates is made before that of requests. The calls by
    /// which that is found out are no request to anybody.
    /// </summary>
    /// <param name="to">Who is listened to; itself by default.</param>
    public async Task ListensAsync(Connection? to = null)
    {
        var probe = ProbePrefix + Guid.NewGuid().ToString("N");
        await Bounded.UntilAsync("what is said is heard", async () =>
        {
            await (to ?? this).State.NotifyAsync([probe], default);
            while (_probes.Reader.TryRead(out var heard))
            {
                if (heard == probe) return true;
            }

            return false;
        });
    }

    /// <summary>The next update it hears; none is passed over.</summary>
    public async Task<PollUpdate> HearsUpdateAsync() => await _updates.Reader.ReadAsync().AsTask().WaitAsync(Bounded.Patience);

    /// <summary>The next request it hears; none is passed over.</summary>
    public async Task<PollRequest> HearsRequestAsync() => await _requests.Reader.ReadAsync().AsTask().WaitAsync(Bounded.Patience);

    /// <summary>True when it has heard nothing that was not asked for yet.</summary>
    public bool HasHeardAll => !_updates.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
