using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Access;

/// <summary>The list as a viewer may see it: what is hidden from it is not there, in the bytes and in the tag.</summary>
internal sealed class VisibleList(BackendList list, PipelineRights rights, IOptions<PipelineBackendOptions> options)
{
    private readonly PipelineListingJson _json = new(options.Value);

    /// <summary>The list, not older than an interval.</summary>
    /// <exception cref="BackendException">The list could not be read.</exception>
    /// <exception cref="RightsException">Nobody knows what the viewer may see.</exception>
    public async ValueTask<PipelineListing> ReadAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        var listing = await list.ReadAsync(cancellationToken);
        var hidden = await rights.FindHiddenAsync(viewer, listing.PipelineIds, cancellationToken);
        return hidden.Count == 0 ? listing : _json.Without(listing, hidden);
    }

    /// <summary>What is to hear of the list in a stream's place, so that the stream is told of what its viewer may see; the stream itself where that is all.</summary>
    public IListListener Before(IListListener stream, Viewer viewer) => rights.AreAsked ? new VisibleListListener(stream, list, rights, viewer) : stream;
}
