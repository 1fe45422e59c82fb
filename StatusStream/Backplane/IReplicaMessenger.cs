namespace PipelineAspire.StatusStream.Backplane;

/// <summary>Lets replicas ask each other for what only one of them has.</summary>
internal interface IReplicaMessenger
{
    /// <summary>Names this replica to the others as long as it lives, and none before or after it: 16 hex digits.</summary>
    string Address { get; }

    /// <summary>Says who answers what others ask. Called from any thread; must not block.</summary>
    void AnswerWith(Func<ReadOnlyMemory<byte>, byte[]> answer);

    /// <summary>Asks the replica of that address; null when it is not there, cannot be reached, or does not answer within a second.</summary>
    Task<byte[]?> AskAsync(string address, ReadOnlyMemory<byte> question, CancellationToken cancellationToken);
}
