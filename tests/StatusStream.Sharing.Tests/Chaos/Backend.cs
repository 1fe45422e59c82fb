using System.Net.Http.Json;
using System.Text;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Health reads since the last reset, as the backend counted them.</summary>
internal sealed record ReadStats(long Total, Dictionary<string, long> Pipelines, Dictionary<string, long> Callers);

/// <summary>FakePipelineBackend as a process, and the record of what its pipelines did.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly Service _service = new(
        BuiltProject.FakePipelineBackend, new Dictionary<string, string>(Service.WithControl) { ["FakeBackend__Demo"] = "false" });
    private readonly HttpClient _http;
    private readonly Dictionary<string, PipelineHistory> _histories;

    public Backend(int pipelines)
    {
        _http = new HttpClient { BaseAddress = _service.Address, Timeout = Bounded.Patience };
        _histories = Enumerable.Range(0, pipelines).ToDictionary(number => $"pipeline-{number}", _ => new PipelineHistory());
        PipelineIds = [.. _histories.Keys];
    }

    public Uri Address => _service.Address;

    public IReadOnlyList<string> PipelineIds { get; }

    public PipelineHistory this[string pipelineId] => _histories[pipelineId];

    public async Task StartAsync()
    {
        await _service.StartAsync();
        foreach (var pipelineId in PipelineIds) await ChangeAsync(pipelineId);
    }

    /// <summary>Sets the pipeline to its next status and returns the number of that.</summary>
    public async Task<int> ChangeAsync(string pipelineId)
    {
        var (number, status) = _histories[pipelineId].Next();
        using var body = new StringContent($$"""{"overall_status":"{{status}}"}""", Encoding.UTF8, "application/json");
        using var response = await _http.PutAsync(new Uri($"control/pipelines/{pipelineId}", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
        return number;
    }

    /// <summary>How long every read takes from now on.</summary>
    public async Task SetLatencyAsync(TimeSpan latency)
    {
        using var body = new StringContent($$"""{"latencyMs":{{(int)latency.TotalMilliseconds}}}""", Encoding.UTF8, "application/json");
        using var response = latency > TimeSpan.Zero
            ? await _http.PutAsync(new Uri("control/faults", UriKind.Relative), body)
            : await _http.DeleteAsync(new Uri("control/faults", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    public async Task ResetStatsAsync()
    {
        using var response = await _http.DeleteAsync(new Uri("control/stats", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    public async Task<ReadStats> StatsAsync() => (await _http.GetFromJsonAsync<ReadStats>("control/stats"))!;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _service.DisposeAsync();
    }
}
