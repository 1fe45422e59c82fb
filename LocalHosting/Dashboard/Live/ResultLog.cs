using PipelineAspire.LocalHosting.Dashboard.Views;

namespace PipelineAspire.LocalHosting.Dashboard.Live;

/// <summary>What became of the last commands, the newest first.</summary>
internal sealed class ResultLog
{
    private const int Kept = 8;

    private readonly Lock _gate = new();
    private IReadOnlyList<ResultView> _results = [];

    public IReadOnlyList<ResultView> All => _results;

    public void Add(ResultView result)
    {
        lock (_gate) _results = [result, .. _results.Take(Kept - 1)];
    }
}
