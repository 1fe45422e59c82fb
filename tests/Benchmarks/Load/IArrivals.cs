namespace PipelineAspire.Benchmarks.Load;

/// <summary>Hears of status updates as they arrive, on whatever thread they do; must be quick.</summary>
internal interface IArrivals
{
    /// <param name="client">Who got it.</param>
    /// <param name="update">What it is.</param>
    void Arrived(StreamClient client, in StreamEvent update);
}
