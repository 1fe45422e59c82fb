using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>Something that hears which pipelines the backend's list shows, a stream. Called from any thread; must not block.</summary>
internal interface IListListener
{
    /// <summary>The list shows other pipelines than before, or is known for the first time.</summary>
    /// <param name="set">Names the pipelines that it shows now.</param>
    void ListChanged(string set);
}

/// <summary>Who of this replica's clients wants to hear of the list, and which pipelines it shows. Thread-safe.</summary>
internal sealed class ListWatch
{
    private readonly Lock _gate = new();
    private readonly HashSet<IListListener> _listeners = [];
    private string? _set;

    /// <summary>Set when somebody wants to hear of the list, whom nobody did before.</summary>
    public AsyncSignal Began { get; } = new();

    /// <summary>True while somebody wants to hear of the list.</summary>
    public bool IsWanted
    {
        get
        {
            lock (_gate) return _listeners.Count > 0;
        }
    }

    /// <summary>Hears of the list from now on, or no more.</summary>
    public void Set(IListListener listener, bool isWanted)
    {
        if (isWanted) Add(listener);
        else Remove(listener);
    }

    /// <summary>Hears of the list from now on: at once what is known, if anything is.</summary>
    public void Add(IListListener listener)
    {
        string? known;
        lock (_gate)
        {
            if (!_listeners.Add(listener)) return;
            if (_listeners.Count == 1) _set = null; // nobody has kept it up meanwhile
            known = _set;
        }

        if (known is not null) listener.ListChanged(known);
        else Began.Set();
    }

    /// <summary>Hears of the list no more.</summary>
    public void Remove(IListListener listener)
    {
        lock (_gate) _listeners.Remove(listener);
    }

    /// <summary>The list was read.</summary>
    public void Take(string set)
    {
        IListListener[] listeners;
        lock (_gate)
        {
            if (_set == set) return;
            _set = set;
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners) listener.ListChanged(set);
    }
}
