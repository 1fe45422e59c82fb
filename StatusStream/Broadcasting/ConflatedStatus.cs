using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Whether something of a pipeline is kept from a client that is told others as new.</summary>
internal enum KeptBack : byte
{
    /// <summary>Nothing is.</summary>
    No,

    /// <summary>Something is, until the next read.</summary>
    Yes,

    /// <summary>It is not any more, and has yet to be told.</summary>
    Released,
}

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

    /// <summary>Whether something newer is kept from the client.</summary>
    public KeptBack KeptBack;

    /// <summary>True while the batch that acknowledges the change that added it is to come: until then nothing is told of it.</summary>
    public bool IsJoining;
}
