namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>Something in the shared state that no replica can read; put there again and again, since replicas take it out.</summary>
internal static class RecordTroubles
{
    public static readonly IReadOnlyList<Trouble> All =
    [
        Record("a record that is no JSON", "<html>"),
        Record("a record of another shape", """{"name":"pipeline-0"}"""),
        Record(
            "a record with an unknown condition",
            """{"id":"pipeline-0","version":"00000000000000aa-1","status":"active","condition":"melted","body":"{}","timestamp":1}"""),
        Record(
            "a record of another pipeline",
            """{"id":"pipeline-1","version":"00000000000000aa-1","status":"active","condition":"ok","body":"{}","timestamp":1}"""),
        .. SharedKeys.All.Select(key => Again(
            $"the key {key.Name} is of the wrong type", scene => PutWrongTypeAsync(scene, key.Key), scene => scene.Redis.CommandAsync("DEL", key.Key))),
        .. SharedKeys.Channels.Select(channel =>
            Again($"messages on {channel.Name} that cannot be read", scene => PublishNonsenseAsync(scene, channel.Channel))),
    ];

    private static Trouble Again(string name, Func<Scene, Task> putAsync, Func<Scene, Task>? endAsync = null) =>
        new(name, putAsync) { AgainAsync = putAsync, EndAsync = endAsync ?? (_ => Task.CompletedTask) };

    private static Trouble Record(string name, string record) =>
        Again(name, scene => scene.Redis.CommandAsync("HSET", SharedKeys.Statuses, "pipeline-0", record));

    /// <summary>A list, which none of the keys is, in one act.</summary>
    private static Task<string> PutWrongTypeAsync(Scene scene, string key) =>
        scene.Redis.CommandAsync("EVAL", "redis.call('DEL', KEYS[1]); return redis.call('RPUSH', KEYS[1], 'an item')", "1", key);

    private static async Task PublishNonsenseAsync(Scene scene, string channel)
    {
        string[] messages = ["", "null", "<html>", """{"version":5}""", """{"began":[null],"noticed":null}"""];
        foreach (var message in messages) await scene.Redis.CommandAsync("PUBLISH", channel, message);
    }
}
