using PipelineAspire.StatusStream.Backplane;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Whether one stream hears of changes of the backend's list. Dispose of it to leave.</summary>
internal sealed class ListNews(ListWatch watch, StreamSession session) : IDisposable
{
    /// <summary>The stream hears of the list from now on, or no more.</summary>
    public void Set(bool isWanted)
    {
        if (isWanted) watch.Add(session);
        else watch.Remove(session);
    }

    public void Dispose() => watch.Remove(session);
}
