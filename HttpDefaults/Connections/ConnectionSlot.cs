namespace PipelineAspire.HttpDefaults.Connections;

/// <summary>One connection's place; a feature of the connection. Busy while it serves a request or a stream.</summary>
public sealed class ConnectionSlot
{
    private readonly ConnectionSlots _places;

    internal ConnectionSlot(ConnectionSlots places, Action abort, Func<bool> isUnread, long since)
    {
        _places = places;
        Abort = abort;
        IsUnread = isUnread;
        Since = since;
        Node = new LinkedListNode<ConnectionSlot>(this);
    }

    internal LinkedListNode<ConnectionSlot> Node { get; }

    internal Action Abort { get; }

    internal Func<bool> IsUnread { get; }

    /// <summary>When it was opened, or served its last request.</summary>
    internal long Since { get; set; }

    /// <summary>Requests under way; more than one over HTTP/2.</summary>
    internal int Requests { get; set; }

    /// <summary>A stream begins: there is a place for each that may be.</summary>
    public void Begin() => _places.TryBegin(this, isHealth: true);

    /// <summary>A request begins, unless the last places are kept for health.</summary>
    public bool TryBegin(bool isHealth) => _places.TryBegin(this, isHealth);

    /// <summary>What was begun is over.</summary>
    public void End() => _places.End(this);
}
