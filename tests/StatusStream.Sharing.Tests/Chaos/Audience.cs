namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>The clients of a scenario.</summary>
internal sealed class Audience(Backend backend) : IAsyncDisposable
{
    private readonly List<Watcher> _watchers = [];

    public IReadOnlyList<Watcher> Watchers => _watchers;

    /// <summary>Lets so many clients begin on each replica; to be told that nothing is confirmed breaks a promise unless they may be.</summary>
    public void Add(IReadOnlyList<Uri> replicas, int each, bool mayDoubt = false)
    {
        for (var replica = 0; replica < replicas.Count; replica++)
        {
            for (var i = 0; i < each; i++) _watchers.Add(new Watcher(backend, replicas, replica, mayDoubt));
        }
    }

    /// <summary>Changes the pipeline and waits until all of these clients have been told; returns how long that took.</summary>
    public async Task<TimeSpan> ChangeAsync(string pipelineId, TimeSpan limit, Func<Watcher, bool>? of = null)
    {
        var started = Bounded.Now;
        var number = await backend.ChangeAsync(pipelineId);
        return await ToldAsync(pipelineId, number, started, limit, of);
    }

    /// <summary>Waits until all of these clients have been told; returns how long after <paramref name="started"/> the last of them was.</summary>
    public async Task<TimeSpan> ToldAsync(string pipelineId, int number, long started, TimeSpan limit, Func<Watcher, bool>? of = null)
    {
        var those = _watchers.Where(of ?? (_ => true)).ToList();
        await Bounded.UntilAsync(
            $"{those.Count} clients are told of change {number} of {pipelineId}",
            () => Task.FromResult(those.TrueForAll(watcher => watcher.Told(pipelineId).Number >= number)),
            limit);
        return those.Max(watcher => TimeProvider.System.GetElapsedTime(started, watcher.Told(pipelineId).ArrivedAt));
    }

    /// <summary>
    /// Waits until each of them has been told the change, or that what it knows is in doubt; returns how many were
    /// told each, and how long it took.
    /// </summary>
    public async Task<(int Told, int Doubting, TimeSpan Took)> ToldOrDoubtingAsync(string pipelineId, int number, TimeSpan limit)
    {
        var took = await Bounded.UntilAsync(
            $"everybody is told of change {number} of {pipelineId}, or that it is in doubt",
            () => Task.FromResult(_watchers.TrueForAll(watcher => watcher.Told(pipelineId).Number >= number || watcher.IsInDoubt)),
            limit);
        var told = _watchers.Count(watcher => watcher.Told(pipelineId).Number >= number);
        return (told, _watchers.Count - told, took);
    }

    /// <summary>Everybody believes the truth soon, and nobody was ever told anything that breaks a promise.</summary>
    public async Task AssertTrueAsync(TimeSpan limit)
    {
        try
        {
            await Bounded.UntilAsync("every client believes the truth", () => Task.FromResult(_watchers.TrueForAll(watcher => watcher.IsRight)), limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail(string.Join('\n', _watchers
                .Where(watcher => !watcher.IsRight)
                .Take(5)
                .Select(watcher => $"On replica {watcher.Replica}: {string.Join(", ", Wrong(watcher))}")
                .Append($"{_watchers.Count(watcher => !watcher.IsRight)} of {_watchers.Count} clients believe something wrong.")
                .Concat(_watchers.SelectMany(watcher => watcher.Violations).Take(20))));
        }

        var violations = _watchers.SelectMany(watcher => watcher.Violations).ToList();
        Assert.True(violations.Count == 0, $"{violations.Count} broken promises:\n{string.Join('\n', violations.Take(20))}");

        IEnumerable<string> Wrong(Watcher watcher) => backend.PipelineIds
            .Where(id => watcher.Told(id).Number != backend[id].Latest)
            .Select(id => $"{id} {watcher.Told(id).Number} of {backend[id].Latest}");
    }

    /// <summary>Nobody of these lost a connection.</summary>
    public void AssertNoneDropped(Func<Watcher, bool>? of = null) => Assert.Equal(0, _watchers.Where(of ?? (_ => true)).Sum(watcher => watcher.Losses));

    public async ValueTask DisposeAsync()
    {
        foreach (var watcher in _watchers) await watcher.DisposeAsync();
        _watchers.Clear();
    }
}
