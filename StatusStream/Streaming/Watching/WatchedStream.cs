using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary>
/// A stream of which may change what it watches: by its client, or with its rights. Changes are accepted at once, in the order of their
/// revisions, and made one after the other.
/// </summary>
internal sealed class WatchedStream : IAsyncDisposable
{
    private readonly StatusSubscription _subscription;
    private readonly StatusVersion? _seen;
    private readonly Action _abort;
    private readonly WatchServices _services;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _gate = new();
    private readonly WatchRate _rate;
    private Viewer _viewer;
    private HashSet<string>? _accepted;
    private long _revision;
    private Task _lastChange = Task.CompletedTask;
    private long _rightsAskedAt;
    private bool _isOver;

    /// <param name="handle">What it is changed by.</param>
    /// <param name="subscription">What is watched.</param>
    /// <param name="viewer">Whose limits count, and whose rights.</param>
    /// <param name="seen">What the client had seen when it came: nothing that is added is told as it was before.</param>
    /// <param name="abort">Breaks the connection: a client that has not got what it was promised comes back.</param>
    /// <param name="services">What it needs.</param>
    public WatchedStream(string handle, StatusSubscription subscription, Viewer viewer, StatusVersion? seen, Action abort, WatchServices services)
    {
        (Handle, _subscription, _viewer, _seen, _abort, _services) = (handle, subscription, viewer, seen, abort, services);
        _rightsAskedAt = services.TimeProvider.GetTimestamp();
        _rate = new WatchRate(services.TimeProvider);
    }

    /// <summary>What it is changed by; told to nobody but its client.</summary>
    public string Handle { get; }

    /// <summary>What hears of the list as long as the client wants to be told of it.</summary>
    public IListListener? Listener { get; set; }

    /// <summary>Ends the stream with its credentials; renewed by those of a watch request.</summary>
    public SignOutTimer? SignOut { get; set; }

    /// <summary>A hub that passes its stream on watches for all of its clients.</summary>
    private int MaxPipelines => _subscription.Subscriber.IsRelay ? _services.Admission.MaxWatched : _services.MaxPipelines;

    /// <summary>Accepts a change, or says why not. Its credentials, if somebody is signed in, take the place of those before.</summary>
    /// <param name="request">The change.</param>
    /// <param name="viewer">Who asks; null for anybody.</param>
    public WatchAnswer Accept(WatchRequest request, Viewer? viewer)
    {
        var change = request.Change;
        lock (_gate)
        {
            if (_isOver || !IsOwn(viewer)) return WatchAnswer.NoSuchStream;
            if (!_rate.TryPass(out var retryAfter)) return new(WatchOutcome.TooOften, _revision, RetryAfterMs: (int)Math.Ceiling(retryAfter.TotalMilliseconds));
            if (change.Revision <= _revision) return new(WatchOutcome.OldRevision, _revision);
            _accepted ??= new HashSet<string>(_subscription.Subscriber.PipelineIds, StringComparer.Ordinal); // nothing has been changed yet
            var wanted = CountAfter(change);
            if (wanted > MaxPipelines && wanted > _accepted.Count)
                return new(WatchOutcome.TooManyPipelines, _revision, wanted, MaxPipelines: MaxPipelines);
            _accepted.ExceptWith(change.Remove);
            _accepted.UnionWith(change.Add);
            _revision = change.Revision;
            if (request.List is { } isWanted && Listener is { } listener) _services.ListWatch.Set(listener, isWanted);
            if (viewer?.User is not null)
            {
                _viewer = viewer.Slim();
                SignOut?.Renew(viewer.Expires);
            }

            _lastChange = MakeAsync(_lastChange, _viewer, change with { LastEventId = change.LastEventId ?? _seen }, _services.TimeProvider.GetTimestamp());
        }

        return new(WatchOutcome.Accepted, change.Revision);
    }

    /// <summary>Asks anew what its viewer may see; what is hidden now leaves the stream. Done when that is.</summary>
    /// <param name="longestDoubt">How long the stream goes on when nobody knows.</param>
    public Task ReviewRightsAsync(TimeSpan longestDoubt)
    {
        lock (_gate)
        {
            if (_isOver || _viewer.User is null) return Task.CompletedTask;
            return _lastChange = ReviewAsync(_lastChange, _viewer, longestDoubt);
        }
    }

    /// <summary>The stream is over: nothing is changed any more when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (_gate)
        {
            _isOver = true;
            last = _lastChange;
        }

        await _over.CancelAsync();
        await last;
        _over.Dispose();
    }

    private int CountAfter(WatchChange change)
    {
        var added = change.Add.ToHashSet(StringComparer.Ordinal);
        return _accepted!.Count - change.Remove.Count(id => !added.Contains(id) && _accepted.Contains(id)) + added.Count(id => !_accepted.Contains(id));
    }

    /// <summary>A stream of somebody who is signed in is nobody else's, whoever has learned its handle.</summary>
    private bool IsOwn(Viewer? viewer) => _viewer.User is null || (viewer is not null && _viewer.IsSamePersonAs(viewer));

    private async Task ReviewAsync(Task before, Viewer viewer, TimeSpan longestDoubt)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await ChangeRightsAsync(viewer);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The stream is over.
        }
        catch (RightsException) when (_services.TimeProvider.GetElapsedTime(_rightsAskedAt) < longestDoubt)
        {
            // The next review asks again.
        }
#pragma warning disable CA1031 // whatever it is, nobody goes on seeing what may be hidden
        catch (Exception e)
#pragma warning restore CA1031
        {
            _services.Logger.ChangeFailed(e);
            _abort();
        }
    }

    private async ValueTask ChangeRightsAsync(Viewer viewer)
    {
        if (viewer.User is null || !_services.Rights.AreAsked) return;
        var asked = _services.TimeProvider.GetTimestamp();
        _subscription.ChangeRights(await _services.Admission.RefuseAsync(viewer, _subscription.Subscriber.PipelineIds, _over.Token));
        _rightsAskedAt = asked;
        (Listener as VisibleListListener)?.ChangeRights(viewer);
    }

    private async Task MakeAsync(Task before, Viewer viewer, WatchChange change, long accepted)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // off the lock, and off the request
        try
        {
            await ChangeRightsAsync(viewer);
            var count = _subscription.Subscriber.Count;
            var refused = await _services.Admission.RefuseAsync(viewer, change.Add, _over.Token);
            await _subscription.ChangeAsync(change, refused, _services.TimeProvider.GetElapsedTime(accepted), _over.Token);
            _services.Metrics.StreamChanged(_subscription.Subscriber.Count - count);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The stream is over.
        }
#pragma warning disable CA1031 // whatever it is, the client must not wait for ever for what it asked for
        catch (Exception e)
#pragma warning restore CA1031
        {
            _services.Logger.ChangeFailed(e);
            _abort();
        }
    }
}
