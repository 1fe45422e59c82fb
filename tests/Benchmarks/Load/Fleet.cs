namespace PipelineAspire.Benchmarks.Load;

/// <summary>Many streams at once.</summary>
internal sealed class Fleet : IDisposable
{
    private const int BufferBytes = 1024;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly FleetPlan _plan;
    private readonly StreamClient[] _clients;
    private TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _wanted = long.MaxValue;
    private long _delivered;

    /// <exception cref="BenchmarkException">This process may not open so many files.</exception>
    public Fleet(FleetPlan plan)
    {
        OpenFiles.Demand(plan.Clients);
        _plan = plan;
        var bytes = GC.AllocateUninitializedArray<byte>(plan.Clients * BufferBytes, pinned: true);
        _clients = [.. Enumerable.Range(0, plan.Clients).Select(i => new StreamClient(this, i, bytes.AsMemory(i * BufferBytes, BufferBytes)))];
    }

    public FleetPlan Plan => _plan;

    public IReadOnlyList<StreamClient> Clients => _clients;

    /// <summary>Status updates that have arrived, all streams together.</summary>
    public long Deliveries => Volatile.Read(ref _delivered);

    /// <summary>Who hears of each update; null for nobody.</summary>
    public IArrivals? Arrivals { get; set; }

    /// <summary>Opens all streams and waits until each has its first batch.</summary>
    /// <param name="inFlight">How many are being opened at once.</param>
    /// <param name="patience">How long it may take altogether.</param>
    /// <param name="resume">The ids to resume from, by stream; null for fresh streams.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="BenchmarkException">A stream could not be opened.</exception>
    public async Task OpenAsync(int inFlight, TimeSpan patience, IReadOnlyList<string?>? resume, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(inFlight);
        await OpenAllAsync(patience, cancel => Task.WhenAll(_clients.Select(client => OpenAsync(client, resume?[client.Index], slots, cancel))), cancellationToken);
    }

    /// <summary>Opens so many streams a second, however long those before them take, and waits until each has its first batch.</summary>
    /// <param name="rate">How many a second.</param>
    /// <param name="patience">How long it may take altogether.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>When each was due: a stream that could only be begun later has waited since then.</returns>
    /// <exception cref="BenchmarkException">A stream could not be opened.</exception>
    public async Task<IReadOnlyList<long>> OpenAsync(double rate, TimeSpan patience, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var begun = clock.GetTimestamp();
        long[] due = [.. _clients.Select(client => begun + (long)(client.Index / rate * clock.TimestampFrequency))];
        await OpenAllAsync(patience, BeginAsync, cancellationToken);
        return due;

        async Task BeginAsync(CancellationToken cancel)
        {
            var opening = new List<Task>(_clients.Length);
            foreach (var client in _clients)
            {
                while (clock.GetTimestamp() < due[client.Index]) await Task.Delay(Tick, clock, cancel);
                opening.Add(OpenAsync(client, lastEventId: null, cancel));
            }

            await Task.WhenAll(opening);
        }
    }

    /// <summary>Waits until so many updates have arrived, all streams together. False when they did not in time.</summary>
    public async Task<bool> ReachAsync(long deliveries, TimeSpan patience, CancellationToken cancellationToken)
    {
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _enough, enough);
        Volatile.Write(ref _wanted, deliveries);
        Interlocked.MemoryBarrier();
        if (Deliveries >= deliveries) return true;
        try
        {
            await enough.Task.WaitAsync(patience, TimeProvider.System, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return Deliveries >= deliveries;
        }
    }

    /// <summary>What is wrong with the streams, given how many updates each should have had.</summary>
    /// <param name="expected">By the stream's number.</param>
    public IReadOnlyList<string> Check(Func<int, int> expected)
    {
        var problems = new List<string>();
        Say(_clients.Sum(client => Math.Max(0, (long)expected(client.Index) - client.Updates)), "updates are missing");
        Say(_clients.Sum(client => Math.Max(0, (long)client.Updates - expected(client.Index))), "updates are too many");
        Say(_clients.Sum(client => (long)client.Repeats), "updates came twice or out of order");
        Say(_clients.Sum(client => (long)client.Errors), "error events came");
        Say(
            _clients.Count(client => client.ClosedBy is not null),
            $"streams were closed ({_clients.FirstOrDefault(client => client.ClosedBy is not null)?.ClosedBy})");
        return problems;

        void Say(long count, string what)
        {
            if (count > 0) problems.Add($"{count} {what}");
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    internal void Delivered(StreamClient client, in StreamEvent update)
    {
        Arrivals?.Arrived(client, update);
        if (Interlocked.Increment(ref _delivered) == Volatile.Read(ref _wanted)) Volatile.Read(ref _enough).TrySetResult();
    }

    private async Task OpenAllAsync(TimeSpan patience, Func<CancellationToken, Task> begin, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await begin(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            var open = _clients.Count(client => client.SnapshotAt != 0);
            throw new BenchmarkException($"Only {open} of {_clients.Length} streams had their first batch within {patience.TotalSeconds} s.");
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new BenchmarkException($"A stream could not be opened: {e.Message}", e);
        }
    }

    private async Task OpenAsync(StreamClient client, string? lastEventId, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            await OpenAsync(client, lastEventId, cancellationToken);
        }
        finally
        {
            slots.Release();
        }
    }

    private Task OpenAsync(StreamClient client, string? lastEventId, CancellationToken cancellationToken) => client.OpenAsync(
        _plan.ServerOf(client.Index), FleetPlan.SourceOf(client.Index), _plan.RequestOf(client.Index, lastEventId), cancellationToken);
}
