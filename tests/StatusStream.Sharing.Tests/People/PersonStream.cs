using System.Net.ServerSentEvents;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Sharing.Tests.People;

/// <summary>The stream of somebody who is signed in, an event at a time; heartbeats are passed over.</summary>
internal sealed class PersonStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly CancellationTokenSource _leaving = new();
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private Task<bool> _reading = Task.FromResult(false);

    private PersonStream(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _events = SseParser.Create(body).EnumerateAsync(_leaving.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>What it is changed by, when it has said so.</summary>
    public string Handle { get; private set; } = "";

    public static async Task<PersonStream> OpenAsync(HttpResponseMessage answer) =>
        new(answer.EnsureSuccessStatusCode(), await answer.Content.ReadAsStreamAsync());

    /// <summary>The next event in one line (<c>pipeline-0 paused</c>, <c>batch 1 pipeline-0</c>); null when the stream has ended.</summary>
    public async Task<string?> NextAsync()
    {
        while (await (_reading = _events.MoveNextAsync().AsTask()).WaitAsync(Bounded.Patience))
        {
            using var json = JsonDocument.Parse(_events.Current.Data);
            var data = json.RootElement;
            switch (_events.Current.EventType)
            {
                case "batch_update":
                    var revision = data.TryGetProperty("revision", out var number) ? $" {number}" : "";
                    return $"batch{revision} {string.Join(' ', data.GetProperty("updates").EnumerateArray().Select(Id).Order(StringComparer.Ordinal))}".TrimEnd();
                case "status_update":
                    return $"{Id(data)} {data.GetProperty("status")}";
                case "error":
                    return $"{data.GetProperty("code")} {Id(data)}".TrimEnd();
                case "stream":
                    Handle = data.GetProperty("stream").GetString()!;
                    return "stream";
            }
        }

        return null;
    }

    /// <summary>The next events; nothing for those that an end came before.</summary>
    public async Task<string[]> TakeAsync(int count)
    {
        var taken = new List<string>();
        while (taken.Count < count && await NextAsync() is { } next) taken.Add(next);
        return [.. taken];
    }

    /// <summary>Reads on until an event is this one; returns those before it.</summary>
    public async Task<IReadOnlyList<string>> UntilAsync(string text)
    {
        var before = new List<string>();
        while (await NextAsync() is { } next)
        {
            if (next == text) return before;
            before.Add(next);
        }

        throw new IOException($"The stream has ended without '{text}': {string.Join(", ", before)}");
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _answer.Dispose();
        await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _events.DisposeAsync();
        _leaving.Dispose();
    }

    private static string Id(JsonElement data) => data.TryGetProperty("pipelineId", out var id) ? id.GetString()! : "";
}
