using System.Collections.Concurrent;
using System.Globalization;
using PipelineAspire.Processes;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>Sends random requests over many connections at once, for some time.</summary>
internal sealed class Fuzzer(int port, IReadOnlyList<string> paths, int seed)
{
    private const int AtOnce = 64;
    private const int MostFailures = 10;
    private const int LongestShown = 600;

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private int _number;

    /// <summary>How many connections were made.</summary>
    public int Cases => _number;

    /// <summary>What went wrong, with the bytes that did it.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>How often each status code was answered.</summary>
    public string Statuses => string.Join(", ", _statuses.OrderBy(status => status.Key).Select(status => string.Create(CultureInfo.InvariantCulture, $"{status.Key}: {status.Value}")));

    /// <summary>True when this status code was answered.</summary>
    public bool HasSeen(int status) => _statuses.ContainsKey(status);

    /// <summary>Goes on for so long, or until enough has gone wrong.</summary>
    public Task RunAsync(TimeSpan duration)
    {
        var started = Bounded.Now;
        return Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Bounded.Since(started) < duration && _failures.Count < MostFailures) await RunOneAsync(Interlocked.Increment(ref _number));
        })));
    }

    private async Task RunOneAsync(int number)
    {
        var dice = new Dice(seed, number);
        var request = RandomRequest.Draw(dice, paths);
        var failure = await FuzzedConnection.TryAsync(port, dice, request, status => _statuses.AddOrUpdate(status, 1, (_, count) => count + 1));
        if (failure is null) return;
        var sent = request.Bytes.Length <= LongestShown ? request.Bytes : request.Bytes[..LongestShown] + "…";
        _failures.Enqueue(string.Create(CultureInfo.InvariantCulture, $"FUZZ_SEED={seed}, case {number}: {failure}\n--- sent\n{Uri.EscapeDataString(sent)}"));
    }
}
