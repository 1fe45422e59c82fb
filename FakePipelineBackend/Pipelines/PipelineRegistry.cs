using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

public enum ChangeOutcome
{
    Done,
    NotFound,
    NotAllowed,
}

/// <summary>How an asked-for change went; <paramref name="Status"/> is the status it met.</summary>
public readonly record struct ChangeResult(ChangeOutcome Outcome, string? Status);

/// <summary>
/// The pipelines there are. Reads take no lock; changes (users, control, scripts, the timers that end transitional
/// states) come one after another.
/// </summary>
public sealed class PipelineRegistry(TimeProvider timeProvider, IOptions<FakeBackendOptions> options, ILogger<PipelineRegistry> logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly TimeSpan _transitionDuration = options.Value.TransitionDuration;
    private readonly Lock _changes = new();

    public Pipeline? Find(string id) => _entries.TryGetValue(id, out var entry) ? entry.Current : null;

    /// <summary>All pipelines, in the order of their ids.</summary>
    public IReadOnlyList<Pipeline> All() =>
        [.. _entries.Values.Select(entry => entry.Current).OrderBy(pipeline => pipeline.Id, StringComparer.Ordinal)];

    /// <summary>Creates the pipeline or sets its state at once; a transition under way is given up.</summary>
    /// <param name="id">A valid id.</param>
    /// <param name="status">Any value, null too.</param>
    /// <param name="name">Null keeps the name, or makes one from the id.</param>
    public void Set(string id, string? status, string? name = null)
    {
        lock (_changes)
        {
            if (_entries.TryGetValue(id, out var entry))
            {
                Change(entry, status, name);
                return;
            }

            var now = timeProvider.GetUtcNow();
            _entries[id] = new Entry(new Pipeline(id, name ?? Pipeline.NameFrom(id), status, now, now));
            logger.PipelineCreated(id, status);
        }
    }

    /// <summary>Sets the state of every pipeline there is now.</summary>
    public void SetAll(string? status)
    {
        lock (_changes)
        {
            foreach (var entry in _entries.Values) Change(entry, status);
        }
    }

    /// <summary>Begins a move: the pipeline is in the transitional state at once, in the final one after the transition's duration.</summary>
    public ChangeResult Begin(string id, PipelineMove move)
    {
        lock (_changes)
        {
            if (!_entries.TryGetValue(id, out var entry)) return new(ChangeOutcome.NotFound, null);

            var status = entry.Current.Status;
            if (PipelineLifecycle.Find(status, move) is not { } transition) return new(ChangeOutcome.NotAllowed, status);

            Change(entry, transition.Through);
            var passing = entry.Current;
            entry.Pending = timeProvider.CreateTimer(_ => End(entry, passing, transition.To), null, _transitionDuration, Timeout.InfiniteTimeSpan);
            return new(ChangeOutcome.Done, status);
        }
    }

    /// <summary>Deletes a stopped pipeline.</summary>
    public ChangeResult Delete(string id)
    {
        lock (_changes)
        {
            if (!_entries.TryGetValue(id, out var entry)) return new(ChangeOutcome.NotFound, null);

            var status = entry.Current.Status;
            if (!PipelineLifecycle.MayBeDeleted(status)) return new(ChangeOutcome.NotAllowed, status);

            _entries.TryRemove(id, out _);
            logger.PipelineDeleted(id);
            return new(ChangeOutcome.Done, status);
        }
    }

    public void Dispose()
    {
        lock (_changes)
        {
            foreach (var entry in _entries.Values) entry.Pending?.Dispose();
        }
    }

    private void End(Entry entry, Pipeline passing, string status)
    {
        lock (_changes)
        {
            // A timer that fired while somebody else changed the pipeline comes too late.
            if (ReferenceEquals(entry.Current, passing)) Change(entry, status);
        }
    }

    private void Change(Entry entry, string? status, string? name = null)
    {
        entry.Pending?.Dispose();
        entry.Pending = null;
        var before = entry.Current;
        name ??= before.Name;

        // The same again is no change to its readers, but it is one to a transition under way, whose timer may be waiting for the lock.
        var updated = status == before.Status && name == before.Name ? before.UpdatedAt : timeProvider.GetUtcNow();
        entry.Current = new Pipeline(before.Id, name, status, before.CreatedAt, updated);
        if (status != before.Status) logger.StatusChanged(before.Id, before.Status, status);
    }

    private sealed class Entry(Pipeline first)
    {
        private volatile Pipeline _current = first;

        public Pipeline Current { get => _current; set => _current = value; }

        /// <summary>Ends the transitional state; touched under the lock alone.</summary>
        public ITimer? Pending { get; set; }
    }
}
