namespace PipelineAspire.StatusStream.Backplane;

/// <summary>The next stage of the road: takes what comes off the backplane, in order, one call at a time.</summary>
public interface IStatusReceiver
{
    /// <summary>Takes an update. Must not block: it is called from the road itself.</summary>
    void Receive(PollUpdate update);
}
