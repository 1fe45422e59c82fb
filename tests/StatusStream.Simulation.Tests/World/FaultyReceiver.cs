using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>A receiver that sometimes fails, as a fault of our own would make it.</summary>
internal sealed class FaultyReceiver(IStatusReceiver receiver) : IStatusReceiver
{
    /// <summary>How many of the next calls fail.</summary>
    public int Faults { get; set; }

    public bool IsBehind => receiver.IsBehind;

    public void Receive(PollUpdate update)
    {
        Fail();
        receiver.Receive(update);
    }

    public void Replace(StatusVersion version, IReadOnlyList<AgedRecord> known, IReadOnlySet<string> kept)
    {
        Fail();
        receiver.Replace(version, known, kept);
    }

    public void QuarantineAll() => receiver.QuarantineAll();

    public IReadOnlyList<AgedRecord> Known() => receiver.Known();

    private void Fail()
    {
        if (Faults <= 0) return;
        Faults--;
        throw new InvalidOperationException("a fault of our own");
    }
}
