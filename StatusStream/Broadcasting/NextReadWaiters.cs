namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Polls that wait for the loop's next read of some pipelines. Not thread-safe.</summary>
internal sealed class NextReadWaiters
{
    private readonly Dictionary<string, List<ReadWaiter>> _byPipeline = new(StringComparer.Ordinal);

    /// <summary>How many waits there are, each pipeline of a poll counted.</summary>
    public int Count => _byPipeline.Values.Sum(waiters => waiters.Count);

    public ReadWaiter Add(HashSet<string> pipelineIds)
    {
        var waiter = new ReadWaiter(pipelineIds);
        foreach (var pipelineId in pipelineIds)
        {
            if (!_byPipeline.TryGetValue(pipelineId, out var waiters)) _byPipeline.Add(pipelineId, waiters = []);
            waiters.Add(waiter);
        }

        return waiter;
    }

    /// <summary>A pipeline was read, or is not going to be: those who waited for it wait for one fewer.</summary>
    public void Release(string pipelineId, bool isRefused = false)
    {
        if (!_byPipeline.Remove(pipelineId, out var waiters)) return;
        foreach (var waiter in waiters) waiter.Release(pipelineId, isRefused);
    }

    /// <summary>Nothing is going to be read.</summary>
    public void ReleaseAll()
    {
        foreach (var pipelineId in _byPipeline.Keys.ToList()) Release(pipelineId);
    }

    /// <summary>Nobody waits any more.</summary>
    public void Remove(ReadWaiter waiter)
    {
        foreach (var pipelineId in waiter.Remaining)
        {
            if (!_byPipeline.TryGetValue(pipelineId, out var waiters)) continue;
            waiters.Remove(waiter);
            if (waiters.Count == 0) _byPipeline.Remove(pipelineId);
        }
    }
}

/// <summary>One poll that waits.</summary>
internal sealed class ReadWaiter(HashSet<string> remaining)
{
    private readonly TaskCompletionSource _firstReleased = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The pipelines it still waits for.</summary>
    public IReadOnlyCollection<string> Remaining => remaining;

    /// <summary>Those that are not read, since as many pipelines are watched as may be.</summary>
    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Completes when one of the pipelines has been read.</summary>
    public Task FirstReleased => _firstReleased.Task;

    /// <summary>Completes when each pipeline has been read.</summary>
    public Task Released => _released.Task;

    public void Release(string pipelineId, bool isRefused)
    {
        remaining.Remove(pipelineId);
        if (isRefused) Refused.Add(pipelineId);
        _firstReleased.TrySetResult();
        if (remaining.Count == 0) _released.TrySetResult();
    }
}
