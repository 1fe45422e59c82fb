using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What one subscriber has been told of one of its pipelines, and what it has yet to be told.</summary>
internal struct ConflatedStatus
{
    /// <summary>What is known; null before the first read.</summary>
    public PipelineRecord? Latest;

    /// <summary>The status told last.</summary>
    public PipelineStatus? SentStatus;

    /// <summary>The condition told last.</summary>
    public PipelineCondition SentCondition;

    /// <summary>True while the newest record waits in the queue.</summary>
    public bool IsPending;

    /// <summary>True when a batch is to confirm the status.</summary>
    public bool IsUnconfirmed;

    /// <summary>True while the client may have seen something newer than what is known, until the next read.</summary>
    public bool AwaitsRead;

    /// <summary>True while the client has not been told what others as old have been told of: its events say no newer version than it has seen.</summary>
    public bool HoldsVersion;

    /// <summary>True while the batch that acknowledges the change that added it is to come: until then nothing is told of it.</summary>
    public bool IsJoining;
}
