using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Access;

/// <summary>Tells a stream of the list as its viewer may see it: of what is hidden from it no change is told.</summary>
internal sealed class VisibleListListener(IListListener stream, BackendList list, PipelineRights rights, Viewer viewer) : IListListener
{
    private readonly Lock _gate = new();
    private Viewer _viewer = viewer;
    private Task _looking = Task.CompletedTask;
    private bool _isLookDue;
    private string? _told;

    public void ListChanged(string set)
    {
        lock (_gate)
        {
            _isLookDue = true;
            if (_looking.IsCompleted) _looking = Task.Run(LookAsync, CancellationToken.None);
        }
    }

    /// <summary>The viewer may see other pipelines than before, perhaps.</summary>
    public void ChangeRights(Viewer renewed)
    {
        lock (_gate)
        {
            _viewer = renewed;
            if (_told is null) return; // of the list it has heard nothing yet
        }

        ListChanged("");
    }

    private async Task LookAsync()
    {
        while (TakeLook() is { } seer)
        {
            if (list.Last is not { } known) continue;
            try
            {
                var hidden = await rights.FindHiddenAsync(seer, known.PipelineIds, CancellationToken.None);
                var set = hidden.Count == 0 ? known.Tag.Set : ListTag.SetOf([.. known.PipelineIds.Where(id => !hidden.Contains(id))]);
                lock (_gate)
                {
                    if (set == _told) continue;
                    _told = set;
                }

                stream.ListChanged(set);
            }
            catch (RightsException)
            {
                // Told with the next change, or the next review of rights.
            }
        }
    }

    private Viewer? TakeLook()
    {
        lock (_gate)
        {
            var isDue = _isLookDue;
            _isLookDue = false;
            if (!isDue) _looking = Task.CompletedTask; // whoever comes now looks anew
            return isDue ? _viewer : null;
        }
    }
}
