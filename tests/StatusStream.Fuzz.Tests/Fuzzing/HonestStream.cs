using PipelineAspire.Processes;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>A client beside the fuzzer, whose pipeline changes all the time: it is told of each change, and in time.</summary>
internal sealed class HonestStream : IDisposable
{
    /// <summary>Nobody else asks for it.</summary>
    public const string PipelineId = "honest";

    private readonly SseClient _client;
    private readonly KestrelBackend _backend;

    private HonestStream(SseClient client, KestrelBackend backend) => (_client, _backend) = (client, backend);

    /// <summary>How many changes it was told.</summary>
    public int Changes { get; private set; }

    /// <summary>The longest that one took from the backend to the client.</summary>
    public TimeSpan Slowest { get; private set; }

    public static async Task<HonestStream> OpenAsync(int port, KestrelBackend backend)
    {
        backend.Says(PipelineId, "Running");
        var client = await SseClient.OpenAsync(port, PipelineId);
        await client.UntilAsync($"batch {PipelineId}=active");
        return new HonestStream(client, backend);
    }

    /// <summary>Has it change until something is over.</summary>
    public async Task WatchUntilAsync(Task over)
    {
        for (; !over.IsCompleted; Changes++)
        {
            var (value, told) = Changes % 2 == 0 ? ("Paused", "active->paused") : ("Running", "paused->active");
            var changed = Bounded.Now;
            _backend.Says(PipelineId, value);
            await _client.UntilAsync($"{PipelineId} {told}");
            if (Bounded.Since(changed) > Slowest) Slowest = Bounded.Since(changed);
        }

        await over;
    }

    public void Dispose() => _client.Dispose();
}
