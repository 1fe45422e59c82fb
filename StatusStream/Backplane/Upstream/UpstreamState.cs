namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>How this hub stands with the one upstream. The loop says it; health looks. Thread-safe.</summary>
internal sealed class UpstreamState(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private string? _reason;
    private long _lostAt;
    private bool _isConnected;

    /// <summary>True when its stream is open and told of something.</summary>
    public bool IsConnected
    {
        get
        {
            lock (_gate) return _isConnected;
        }
    }

    /// <summary>Why there is no stream, and since when; null while there is one, or none is needed.</summary>
    public (string Reason, TimeSpan For)? Loss
    {
        get
        {
            lock (_gate) return _reason is null ? null : (_reason, timeProvider.GetElapsedTime(_lostAt));
        }
    }

    /// <summary>The stream is there.</summary>
    /// <returns>True when it was not before.</returns>
    public bool NoteConnected()
    {
        lock (_gate)
        {
            var isNew = !_isConnected;
            (_isConnected, _reason) = (true, null);
            return isNew;
        }
    }

    /// <summary>Nobody watches anything.</summary>
    public void NoteIdle()
    {
        lock (_gate) (_isConnected, _reason) = (false, null);
    }

    /// <summary>The stream is lost, or cannot be opened.</summary>
    /// <returns>True when that is news.</returns>
    public bool NoteLost(string reason)
    {
        lock (_gate)
        {
            var isNew = _reason is null;
            if (isNew) _lostAt = timeProvider.GetTimestamp();
            (_isConnected, _reason) = (false, reason);
            return isNew;
        }
    }
}
