namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>
/// What one pipeline of the backend has been, from the beginning: always the next of ten statuses, so that what a client
/// is told has one place in time as long as it lags behind by fewer than ten changes.
/// </summary>
internal sealed class PipelineHistory
{
    private static readonly (string Backend, string Public)[] Cycle =
    [
        ("Running", "active"), ("Created", "starting"), ("Pausing", "pausing"), ("Paused", "paused"), ("Resuming", "resuming"),
        ("Stopping", "stopping"), ("Stopped", "stopped"), ("Terminating", "terminating"), ("Terminated", "terminated"), ("Failed", "failed"),
    ];

    private int _latest = -1;

    /// <summary>The number of the newest status.</summary>
    public int Latest => Volatile.Read(ref _latest);

    public static string PublicStatus(int number) => Cycle[number % Cycle.Length].Public;

    /// <summary>Goes on to the next status, before the backend is told: from now on a client may be told of it.</summary>
    public (int Number, string BackendStatus) Next()
    {
        var number = Interlocked.Increment(ref _latest);
        return (number, Cycle[number % Cycle.Length].Backend);
    }

    /// <summary>
    /// The number of a status that was told after the one of number <paramref name="after"/>; null when nothing from
    /// that one on was this status, so that it is an older one, or never was. Who was told nothing before (-1) is told
    /// the newest that it may be.
    /// </summary>
    public int? Find(string status, int after)
    {
        var latest = Latest;
        var numbers = after < 0 ? Enumerable.Range(0, latest + 1).Reverse() : Enumerable.Range(after, latest + 1 - after);
        foreach (var number in numbers)
        {
            if (PublicStatus(number) == status) return number;
        }

        return null;
    }
}
