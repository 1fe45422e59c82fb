namespace PipelineAspire.EndToEnd.Tests.Streams;

/// <summary>Every event that one client got, in order, over all of its connections.</summary>
internal sealed class StreamRecording
{
    private readonly Lock _gate = new();
    private readonly List<StreamEvent> _events = [];
    private TaskCompletionSource _added = NewSignal();

    public IReadOnlyList<StreamEvent> Events
    {
        get
        {
            lock (_gate) return [.. _events];
        }
    }

    public int Count
    {
        get
        {
            lock (_gate) return _events.Count;
        }
    }

    public void Add(StreamEvent told)
    {
        TaskCompletionSource added;
        lock (_gate)
        {
            _events.Add(told);
            (added, _added) = (_added, NewSignal());
        }

        added.SetResult();
    }

    /// <summary>The first event, there already or to come, that is wanted.</summary>
    /// <param name="wanted">What is waited for.</param>
    /// <param name="from">How many events of the beginning to pass over.</param>
    /// <exception cref="TimeoutException">It did not come; the message tells what did.</exception>
    public async Task<StreamEvent> FirstAsync(Func<StreamEvent, bool> wanted, int from = 0)
    {
        while (true)
        {
            Task added;
            lock (_gate)
            {
                for (; from < _events.Count; from++)
                {
                    if (wanted(_events[from])) return _events[from];
                }

                added = _added.Task;
            }

            try
            {
                await added.WaitAsync(Bounded.Patience);
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"The event did not come. What did:\n{this}", late);
            }
        }
    }

    public override string ToString() => string.Join('\n', Events.Select(told => $"{told.Type} {told.Id} {told.Data}"));

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
