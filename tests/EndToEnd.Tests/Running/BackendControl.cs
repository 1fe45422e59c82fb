using System.Net.Http.Json;
using System.Text;

namespace PipelineAspire.EndToEnd.Tests.Running;

/// <summary>Health reads since the last reset, as the backend counted them.</summary>
internal sealed record ReadStats(long Total, Dictionary<string, long> Pipelines, Dictionary<string, long> Callers)
{
    public long Of(string pipeline) => Pipelines.GetValueOrDefault(pipeline);
}

/// <summary>How far the script is.</summary>
internal sealed record ScriptProgress(bool Running);

/// <summary><c>/control</c> of FakePipelineBackend.</summary>
internal sealed class BackendControl(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Bounded.Patience };

    /// <summary>Creates the pipeline or sets its state at once.</summary>
    public Task SetAsync(string pipeline, string status) => PutAsync($"control/pipelines/{pipeline}", $$"""{"overall_status":"{{status}}"}""");

    /// <summary>Ends the pipeline: from now on neither the list nor a read finds it.</summary>
    public async Task RemoveAsync(string pipeline)
    {
        await SetAsync(pipeline, "Stopped");
        await DeleteAsync($"pipeline/{pipeline}");
    }

    /// <summary>Lets every read of the pipeline meet the fault, until <see cref="ClearFaultAsync"/>.</summary>
    public Task SetFaultAsync(string pipeline, string fault) => PutAsync($"control/faults/{pipeline}", fault);

    public Task ClearFaultAsync(string pipeline) => DeleteAsync($"control/faults/{pipeline}");

    /// <summary>Ends the demo's script, or whichever runs; statuses stay as they are.</summary>
    public Task EndScriptAsync() => DeleteAsync("control/script");

    public async Task<bool> RunsScriptAsync() => (await _http.GetFromJsonAsync<ScriptProgress>("control/script"))!.Running;

    public Task ResetStatsAsync() => DeleteAsync("control/stats");

    public async Task<ReadStats> StatsAsync() => (await _http.GetFromJsonAsync<ReadStats>("control/stats"))!;

    /// <summary>Completes when the pipeline has been read that often since the last reset.</summary>
    public Task ReadsAsync(string pipeline, int count) =>
        Bounded.UntilAsync($"{count} reads of {pipeline}", async () => (await StatsAsync()).Of(pipeline) >= count);

    public void Dispose() => _http.Dispose();

    private async Task PutAsync(string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PutAsync(new Uri(path, UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
    }

    private async Task DeleteAsync(string path)
    {
        using var response = await _http.DeleteAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }
}
