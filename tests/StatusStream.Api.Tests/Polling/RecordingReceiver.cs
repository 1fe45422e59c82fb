using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Polling;

/// <summary>Passes everything on, and keeps the updates.</summary>
internal sealed class RecordingReceiver(IStatusReceiver receiver) : IStatusReceiver
{
    private readonly List<PollUpdate> _updates = [];

    public IReadOnlyList<PollUpdate> Updates => _updates;

    public bool IsBehind => receiver.IsBehind;

    public void Receive(PollUpdate update)
    {
        _updates.Add(update);
        receiver.Receive(update);
    }

    public void Replace(StatusVersion version, IReadOnlyList<AgedRecord> known, IReadOnlySet<string> kept) => receiver.Replace(version, known, kept);

    public void QuarantineAll() => receiver.QuarantineAll();

    public IReadOnlyList<AgedRecord> Known() => receiver.Known();
}
