using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>What a page costs that is opened over a slow line, as the browser's own network log has it.</summary>
internal sealed class FirstView
{
    /// <summary>What a mobile network is usually taken for: 100 ms to the server, 1.6 Mbit/s down, 750 kbit/s up.</summary>
    private static readonly Dictionary<string, object> SlowLine = new()
    {
        ["offline"] = false,
        ["latency"] = 100,
        ["downloadThroughput"] = 1_600_000 / 8,
        ["uploadThroughput"] = 750_000 / 8,
    };

    private const string LiveAt =
        """
        () => document.querySelector('[data-connection-state=connected]') && !document.querySelector('[data-pipeline-id][data-freshness=stale]')
          ? performance.now() : 0
        """;

    private readonly ConcurrentDictionary<string, Loaded> _loaded = new();
    private FirstView()
    {
    }

    /// <summary>When the page was connected and every status on it fresh, after the navigation began.</summary>
    public TimeSpan Live { get; private set; }

    /// <summary>Everything with a body that came over the line until then, the open stream left out.</summary>
    public IReadOnlyList<Loaded> Files => [.. _loaded.Values.Where(file => file.Status != 0 && file.Type != "EventSource")];

    public IReadOnlyList<Loaded> Scripts => [.. Files.Where(file => file.Type == "Script")];

    /// <summary>How many answers must have been read, one after the other, before the last script is known.</summary>
    public int LevelsOfScripts => Scripts.Select(LevelOf).DefaultIfEmpty().Max();

    /// <summary>Opens the page, with what the browser has in its cache, and waits until it is live.</summary>
    public static async Task<FirstView> OpenAsync(IPage page, string path)
    {
        var view = new FirstView();
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.emulateNetworkConditions", SlowLine);
        session.Event("Network.requestWillBeSent").OnEvent += (_, e) => view.Requested(e!.Value);
        session.Event("Network.responseReceived").OnEvent += (_, e) => view.Answered(e!.Value);
        session.Event("Network.loadingFinished").OnEvent += (_, e) => view.Finished(e!.Value);

        await page.GotoAsync(path);
        var live = await page.WaitForFunctionAsync(LiveAt);
        view.Live = TimeSpan.FromMilliseconds(await live.JsonValueAsync<double>());
        await session.DetachAsync();
        return view;
    }

    public override string ToString() =>
        $"live after {Live.TotalMilliseconds:F0} ms; {Scripts.Count} scripts in {LevelsOfScripts} levels, {Scripts.Sum(script => script.Bytes)} bytes; "
        + $"{Files.Count} files, {Files.Sum(file => file.Bytes)} bytes with their headers";

    private void Requested(JsonElement e)
    {
        var initiator = e.GetProperty("initiator");
        _loaded[e.GetProperty("requestId").GetString()!] = new Loaded(
            e.GetProperty("request").GetProperty("url").GetString()!,
            e.TryGetProperty("type", out var type) ? type.GetString()! : "",
            initiator.GetProperty("type").GetString() == "script" && initiator.TryGetProperty("url", out var by) ? by.GetString() : null);
    }

    private void Answered(JsonElement e)
    {
        if (!_loaded.TryGetValue(e.GetProperty("requestId").GetString()!, out var loaded)) return;
        var response = e.GetProperty("response");
        loaded.Status = response.GetProperty("status").GetInt32();
        loaded.FromCache = response.TryGetProperty("fromDiskCache", out var cached) && cached.GetBoolean();
        loaded.Headers = response.GetProperty("headers").EnumerateObject()
            .ToDictionary(header => header.Name, header => header.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
    }

    private void Finished(JsonElement e)
    {
        if (_loaded.TryGetValue(e.GetProperty("requestId").GetString()!, out var loaded)) loaded.Bytes = e.GetProperty("encodedDataLength").GetInt64();
    }

    private int LevelOf(Loaded script) =>
        1 + (Scripts.FirstOrDefault(other => other.Url == script.RequestedBy) is { } parent ? LevelOf(parent) : 0);

    /// <summary>One file that the page asked for.</summary>
    internal sealed class Loaded(string url, string type, string? requestedBy)
    {
        public string Url => url;

        public string Type => type;

        /// <summary>The script that asked for it; null for what the page itself names.</summary>
        public string? RequestedBy => requestedBy;

        public int Status { get; set; }

        public bool FromCache { get; set; }

        /// <summary>As they came over the line, headers included.</summary>
        public long Bytes { get; set; }

        public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();
    }
}
