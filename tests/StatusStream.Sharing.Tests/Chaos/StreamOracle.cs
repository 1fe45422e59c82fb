using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Client;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Holds what one client is told, connection after connection, against what the backend's pipelines were. Not thread-safe.</summary>
/// <param name="history">What a pipeline was.</param>
/// <param name="believed">The number of the status that the client believes in; -1 while it was told nothing.</param>
/// <param name="believe">The client is told a status that it may be told: its number.</param>
internal sealed class StreamOracle(Func<string, PipelineHistory> history, Func<string, int> believed, Action<string, int> believe)
{
    private readonly Dictionary<string, string> _toldHere = new(StringComparer.Ordinal); // on this connection

    /// <summary>What was told that breaks a promise.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Takes an event, of which only the doubts of the whole stream are somebody else's to judge.</summary>
    public void Take(StatusEvent told)
    {
        switch (told)
        {
            case ConnectionOpened:
                _toldHere.Clear();
                break;
            case BatchUpdate batch:
                foreach (var (pipelineId, status) in batch.Updates) Believe(pipelineId, status, "batch");
                break;
            case StatusUpdate update:
                var before = _toldHere.GetValueOrDefault(update.PipelineId);
                if (before == update.Status) Violations.Enqueue($"{update.PipelineId}: update to {update.Status}, which it was told already");
                if (before != update.PreviousStatus)
                {
                    Violations.Enqueue($"{update.PipelineId}: update says it was {update.PreviousStatus}, told before was {before}");
                }

                Believe(update.PipelineId, update.Status, "update");
                break;
            case StreamError { Code: not StreamError.ServerDraining } error:
                Violations.Enqueue($"the backend is well, but: {error.Code} {error.PipelineId}");
                break;
        }
    }

    private void Believe(string pipelineId, string status, string by)
    {
        _toldHere[pipelineId] = status;
        var (pipeline, before) = (history(pipelineId), believed(pipelineId));
        if (pipeline.Find(status, before) is { } number) believe(pipelineId, number);
        else Violations.Enqueue($"{pipelineId}: {by} says {status} after {PipelineHistory.PublicStatus(Math.Max(before, 0))} ({before} of {pipeline.Latest})");
    }
}
