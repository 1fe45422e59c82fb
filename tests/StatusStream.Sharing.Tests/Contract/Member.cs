using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>A replica as far as its backplane goes, between a poller and a receiver of the test.</summary>
internal sealed class Member : IPollRequestReceiver, IStatusReceiver, IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ConcurrentDictionary<string, PipelineRecord> _known = new(StringComparer.Ordinal);

    private Member(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<IStatusReceiver>(this));
        _services = services.BuildServiceProvider();
        Backplane = _services.GetRequiredService<IStatusBackplane>();
        Lease = _services.GetRequiredService<IPollLease>();
        WatchList = _services.GetRequiredService<WatchList>();
    }

    public IServiceProvider Services => _services;

    public IStatusBackplane Backplane { get; }

    public IPollLease Lease { get; }

    public WatchList WatchList { get; }

    public bool IsBehind => false;

    /// <summary>Every status received, in order.</summary>
    public ConcurrentQueue<(string PipelineId, PipelineStatus? Status)> Told { get; } = new();

    /// <summary>What its poller was asked to begin to read.</summary>
    public ConcurrentQueue<string> Watched { get; } = new();

    /// <summary>What its poller was asked to look at.</summary>
    public ConcurrentQueue<string> RefreshRequested { get; } = new();

    public StatusVersion Version { get; private set; }

    public void QuarantineAll()
    {
    }

    public static async Task<Member> JoinAsync(string? connectionString, string prefix)
    {
        var member = await Task.Run(() => new Member(Wiring.Replica(connectionString, prefix))).WaitAsync(Bounded.Patience);
        foreach (var worker in member._services.GetServices<IHostedService>()) await worker.StartAsync(default).WaitAsync(Bounded.Patience);
        return member;
    }

    /// <summary>Waits for the right to poll, and connects its poller.</summary>
    public async Task<LeaseTerm> PollAsync()
    {
        var term = await Lease.AcquireAsync(default).AsTask().WaitAsync(Bounded.Patience);
        Backplane.Connect(this);
        return term;
    }

    /// <summary>True when this status is what it was told last.</summary>
    public bool IsTold(string pipelineId, PipelineStatus status) => _known.TryGetValue(pipelineId, out var record) && record.Status == status;

    public Task UntilToldAsync(string pipelineId, PipelineStatus status) =>
        Bounded.UntilAsync($"{pipelineId} is told to be {status}", () => Task.FromResult(IsTold(pipelineId, status)));

    public void Watch(IReadOnlyList<string> pipelineIds)
    {
        foreach (var pipelineId in pipelineIds) Watched.Enqueue(pipelineId);
    }

    public void Refresh(IReadOnlyList<string> pipelineIds)
    {
        foreach (var pipelineId in pipelineIds) RefreshRequested.Enqueue(pipelineId);
    }

    /// <summary>Whose whole answer its poller was asked for.</summary>
    public ConcurrentQueue<string> DocumentsWanted { get; } = new();

    public void WantDocuments(IReadOnlyList<string> pipelineIds)
    {
        foreach (var pipelineId in pipelineIds) DocumentsWanted.Enqueue(pipelineId);
    }

    public void Receive(PollUpdate update)
    {
        foreach (var record in update.Changed) Take(record);
        foreach (var pipelineId in update.Forgotten) _known.TryRemove(pipelineId, out _);
        Version = update.Version;
    }

    public void Replace(StatusVersion version, IReadOnlyList<AgedRecord> known, IReadOnlySet<string> kept)
    {
        foreach (var (record, _, _) in known) Take(record);
        Version = version;
    }

    public IReadOnlyList<AgedRecord> Known() => [.. _known.Values.Select(record => new AgedRecord(record, TimeSpan.Zero))];

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _services.GetServices<IHostedService>()) await worker.StopAsync(default).WaitAsync(Bounded.Patience);
        await _services.DisposeAsync();
    }

    private void Take(PipelineRecord record)
    {
        if (_known.TryGetValue(record.PipelineId, out var before) && before.Status == record.Status) return;
        _known[record.PipelineId] = record;
        Told.Enqueue((record.PipelineId, record.Status));
    }
}
