using System.Text.Json;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>
/// Has the list from the replica that read it last, or reads it for all. What the others cannot give is read from the backend: without
/// them a list is late at most, and a backend that fails one replica keeps the list from no other.
/// </summary>
internal sealed class SharedLister(IPipelineBackend backend, ISharedList shared, PollCadence cadence, TimeProvider timeProvider) : IPipelineLister
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly PipelineListingJson _listing = new(new PipelineBackendOptions());
    private volatile bool _hasFailed;

    public async ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            var state = await shared.FindAsync(known?.Tag.Whole, mayClaim: !_hasFailed, cancellationToken);
            if (state.Copy is { } copy && Take(copy, known) is { } listing) return listing with { Age = state.Age };
            if (state.Claim is { } claim) return await ReadForAllAsync(claim, known, cancellationToken);
            if (!state.IsBeingRead || timeProvider.GetElapsedTime(began) >= cadence.RequestTimeout) return await ReadAsync(known, cancellationToken);
            await Task.Delay(pause, timeProvider, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>The list of a copy; null for one that only a replica of another version can read.</summary>
    private PipelineListing? Take(SharedListCopy copy, PipelineListing? known)
    {
        if (copy.Tag == known?.Tag.Whole) return known;
        try
        {
            return _listing.Read(copy.Json, copy.ETag);
        }
        catch (Exception e) when (e is JsonException or BackendException)
        {
            return null;
        }
    }

    private async ValueTask<PipelineListing> ReadForAllAsync(ListClaim claim, PipelineListing? known, CancellationToken cancellationToken)
    {
        SharedListCopy? copy = null;
        try
        {
            var listing = await ReadAsync(known, cancellationToken);
            var tag = listing.Tag.Whole;
            copy = new SharedListCopy(tag, listing.ETag, tag == claim.StoredTag ? default : listing.Json);
            return listing;
        }
        finally
        {
            await shared.PublishAsync(claim, copy);
        }
    }

    /// <summary>Reads the backend. A replica that cannot reads for itself until it can again, so that the others need not wait for it.</summary>
    private async ValueTask<PipelineListing> ReadAsync(PipelineListing? known, CancellationToken cancellationToken)
    {
        var hasFailed = true;
        try
        {
            var listing = await backend.ListAsync(known, cancellationToken);
            hasFailed = false;
            return listing with { Age = TimeSpan.Zero };
        }
        finally
        {
            _hasFailed = hasFailed;
        }
    }
}
