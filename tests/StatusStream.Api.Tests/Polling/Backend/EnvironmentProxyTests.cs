using PipelineAspire.Processes;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>Variables of the environment put a proxy before the backend, and it does not answer.</summary>
public sealed class EnvironmentProxyTests
{
    private const string Listening = "Now listening on: ";

    [Fact]
    public async Task AFailureNamesTheProxyAndNotItsPassword()
    {
        var settings = new Dictionary<string, string> { ["http_proxy"] = "http://somebody:hush@127.0.0.1:9" };
        await using var api = ChildProcess.Start(BuiltProject.StatusStreamApi.Command(
            settings, "--urls=http://127.0.0.1:0", "--PipelineBackend:BaseUrl=http://backend.example:8080"));
        var line = await api.LineAsync(Listening);
        using var client = new HttpClient { BaseAddress = new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]) };

        await client.GetStringAsync("/ui-api/pipeline/status?pipelineIds=orders");

        await api.LineAsync("asked through 127.0.0.1:9, the proxy of the environment");
        Assert.DoesNotContain("hush", api.Output, StringComparison.Ordinal);
    }
}
