namespace PipelineAspire.StatusStream.Connections;

/// <summary>One connection's slot; a feature of the connection. Busy while it serves a request or a stream.</summary>
internal sealed class ConnectionSlot
{
    private readonly ConnectionSlots _slots;

    internal ConnectionSlot(ConnectionSlots slots, Action abort, Func<bool> isUnread, long since)
    {
        _slots = slots;
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

    /// <summary>A stream begins: there is a slot for each that may be.</summary>
    public void Begin() => _slots.TryBegin(this, isHealth: true);

    /// <summary>A request begins, unless the last slots are kept for health.</summary>
    public bool TryBegin(bool isHealth) => _slots.TryBegin(this, isHealth);

    /// <summary>What was begun is over.</summary>
    public void End() => _slots.End(this);
}
