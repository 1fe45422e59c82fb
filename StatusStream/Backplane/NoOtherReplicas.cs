namespace PipelineAspire.StatusStream.Backplane;

/// <summary>A replica that works alone has nobody to ask.</summary>
internal sealed class NoOtherReplicas : IReplicaMessenger
{
    public string Address { get; } = ReplicaAddress.New();

    public void AnswerWith(Func<ReadOnlyMemory<byte>, byte[]> answer)
    {
        // Nobody asks.
    }

    public Task<byte[]?> AskAsync(string address, ReadOnlyMemory<byte> question, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);
}
