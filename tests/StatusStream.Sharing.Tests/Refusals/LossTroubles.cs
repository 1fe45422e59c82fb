namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>A server that loses what it was given.</summary>
internal static class LossTroubles
{
    public static readonly IReadOnlyList<Trouble> All =
    [
        Again("FLUSHALL every 3 s", TimeSpan.FromSeconds(3), scene => scene.Redis.CommandAsync("FLUSHALL")),
        new("FLUSHALL once", scene => scene.Redis.CommandAsync("FLUSHALL")),
        .. SharedKeys.All.Select(key =>
            Again($"the key {key.Name} is evicted, every 2 s", TimeSpan.FromSeconds(2), scene => scene.Redis.CommandAsync("DEL", key.Key))),
    ];

    private static Trouble Again(string name, TimeSpan every, Func<Scene, Task> loseAsync) => new(name, loseAsync) { AgainAsync = loseAsync, Every = every };
}
