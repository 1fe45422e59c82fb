namespace PipelineAspire.StatusStream.Backplane;

/// <summary>A replica that works alone reads the list by itself.</summary>
internal sealed class NoSharedList : ISharedList
{
    public ValueTask<SharedListState> FindAsync(string? knownTag, bool mayClaim, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SharedListState.Alone);

    public ValueTask PublishAsync(ListClaim claim, SharedListCopy? copy) => ValueTask.CompletedTask;
}
