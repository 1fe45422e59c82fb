using PipelineAspire.StatusStream.Client;

namespace PipelineAspire.Web.Demo;

/// <summary>
/// One stream of the audience. Keeps what it was told of each pipeline, in order, and compares it with what the backend
/// truly went through: each status has to come, in its turn, and nothing else.
/// </summary>
internal sealed class ProofListener(IReadOnlyList<string> pipelines)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<string>> _told = pipelines.ToDictionary(pipeline => pipeline, _ => new List<string>(), StringComparer.Ordinal);
    private readonly Dictionary<string, string> _toldByThisConnection = new(StringComparer.Ordinal);
    private int _holes;
    private int _reconnects;

    public int Reconnects => Volatile.Read(ref _reconnects);

    /// <summary>Listens until cancelled.</summary>
    public async Task ListenAsync(StatusStreamClient client, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var told in client.WatchAsync([.. pipelines], cancellationToken)) Hear(told);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The proof is over.
        }
    }

    /// <summary>Takes one event.</summary>
    public void Hear(StatusEvent told)
    {
        lock (_gate)
        {
            switch (told)
            {
                case BatchUpdate batch:
                    foreach (var (pipeline, status) in batch.Updates) Note(pipeline, status);
                    break;
                case StatusUpdate update:
                    if (update.PreviousStatus is { } previous && _toldByThisConnection.GetValueOrDefault(update.PipelineId) != previous) _holes++;
                    Note(update.PipelineId, update.Status);
                    break;
                case ConnectionLost:
                    _reconnects++;
                    _toldByThisConnection.Clear();
                    break;
            }
        }
    }

    /// <summary>Compares what was told so far with the statuses that every pipeline went through.</summary>
    public Comparison Compare(IReadOnlyList<string> truth)
    {
        lock (_gate)
        {
            return _told.Values.Aggregate(new Comparison(0, 0, _holes), (sum, told) => sum + Compare(truth, told));
        }
    }

    private static Comparison Compare(IReadOnlyList<string> truth, List<string> told)
    {
        var (next, heard, wrong) = (0, 0, 0);
        foreach (var status in told)
        {
            var place = next;
            while (place < truth.Count && truth[place] != status) place++;
            if (place == truth.Count)
            {
                wrong++;
                continue;
            }

            heard++;
            next = place + 1;
        }

        return new Comparison(heard, truth.Count - heard, wrong);
    }

    private void Note(string pipeline, string status)
    {
        if (!_told.TryGetValue(pipeline, out var told)) return;
        _toldByThisConnection[pipeline] = status;
        if (told.Count == 0 || told[^1] != status) told.Add(status); // a batch repeats what is known
    }
}

/// <summary>How what was told compares with the truth.</summary>
/// <param name="Heard">Statuses told in their turn.</param>
/// <param name="Missing">Statuses not told, yet or ever.</param>
/// <param name="Wrong">Statuses told that were not true then, and breaks of the chain of <c>previousStatus</c>.</param>
internal readonly record struct Comparison(int Heard, int Missing, int Wrong)
{
    public static Comparison operator +(Comparison left, Comparison right) =>
        new(left.Heard + right.Heard, left.Missing + right.Missing, left.Wrong + right.Wrong);
}
