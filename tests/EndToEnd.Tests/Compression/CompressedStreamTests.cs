using System.Diagnostics;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Compression;

/// <summary>Every event of a compressed stream can be read as soon as it has arrived: each is waited for before the next is made.</summary>
[Collection(CompressedCollection.Name)]
public sealed class CompressedStreamTests(CompressedSystem compressed)
{
    private static readonly (string Value, string Status)[] Changes = [("Paused", "paused"), ("Failed", "failed"), ("Running", "active")];

    private static readonly string Path = $"/{StreamClient.Path}?pipelineIds={string.Join(',', CompressedSystem.Many)}";

    public static TheoryData<string> Ways => CompressedSystem.Ways;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task HttpClientReadsEventByEvent(string way)
    {
        using var http = new HttpClient();
        http.BaseAddress = compressed.AddressOf(way);
        http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        await compressed.System.Backend.SetAsync("pipeline-1", "Running");
        await using var client = await StreamClient.OpenWithStatusesAsync(http, CompressedSystem.Many);

        Assert.Equal(["gzip"], client.Response.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", client.Response.Headers.Vary);
        await client.Recording.FirstAsync(told => told.Type == "heartbeat").WaitAsync(Bounded.Patience);
        foreach (var (value, status) in Changes)
        {
            var from = client.Recording.Count;
            await compressed.System.Backend.SetAsync("pipeline-1", value);
            await client.Recording.FirstAsync(told => told.Tells("pipeline-1", status), from).WaitAsync(Bounded.Patience); // heartbeats go on
        }

        Oracle.AssertConsistent(client.Recording);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task CurlReadsEventByEvent(string way)
    {
        var url = new Uri(compressed.AddressOf(way), Path);
        await compressed.System.Backend.SetAsync("pipeline-2", "Running");
        await using var curl = ChildProcess.Start(new ProcessStartInfo("curl", ["--compressed", "-sSiN", "--noproxy", "*", url.AbsoluteUri]));

        await curl.LineAsync("Content-Encoding: gzip");
        await curl.LineAsync("\"pipelineId\":\"pipeline-2\",\"status\":\"active\"").WaitAsync(Bounded.Patience);
        await curl.LineAsync("event: heartbeat").WaitAsync(Bounded.Patience);
        foreach (var (value, status) in Changes)
        {
            await compressed.System.Backend.SetAsync("pipeline-2", value);
            await curl.LineAsync($"\"pipelineId\":\"pipeline-2\",\"status\":\"{status}\",\"previousStatus\"").WaitAsync(Bounded.Patience); // heartbeats go on
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public Task ChromiumsEventSourceReadsEventByEvent(string way) => InChromiumAsync(way, "pipeline-3", """
        path => {
          window.received = "";
          const source = new EventSource(path);
          for (const name of ["batch_update", "status_update", "heartbeat"]) {
            source.addEventListener(name, event => { window.received += event.data + "\n"; });
          }
        }
        """);

    [Theory]
    [MemberData(nameof(Ways))]
    public Task ChromiumsFetchReadsEventByEvent(string way) => InChromiumAsync(way, "pipeline-4", """
        path => {
          window.received = "";
          fetch(path).then(async response => {
            const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
            for (let part = await reader.read(); !part.done; part = await reader.read()) window.received += part.value;
          });
        }
        """);

    private async Task InChromiumAsync(string way, string pipeline, string open)
    {
        var origin = compressed.AddressOf(way);
        await using var visitor = await compressed.Browser.VisitAsync(origin);
        await visitor.Page.GotoAsync("/alive");
        await compressed.System.Backend.SetAsync(pipeline, "Running");
        var answer = await visitor.Page.RunAndWaitForResponseAsync(
            () => visitor.Page.EvaluateAsync(open, Path), response => response.Url.Contains(StreamClient.Path, StringComparison.Ordinal));

        Assert.Equal("gzip", await answer.HeaderValueAsync("content-encoding"));
        await ReceivedAsync(visitor.Page, $"\"pipelineId\":\"{pipeline}\",\"status\":\"active\"");
        await ReceivedAsync(visitor.Page, "\"type\":\"heartbeat\"");
        foreach (var (value, status) in Changes)
        {
            await compressed.System.Backend.SetAsync(pipeline, value);
            await ReceivedAsync(visitor.Page, $"\"pipelineId\":\"{pipeline}\",\"status\":\"{status}\",\"previousStatus\"");
        }
    }

    private static async Task ReceivedAsync(IPage page, string text) => await page.WaitForFunctionAsync("text => window.received.includes(text)", text);
}
