using PipelineAspire.EndToEnd.Tests.Live;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Streams;

/// <summary>The client of docs/protocol.md, in Python's standard library, against the running system.</summary>
[Collection(LiveCollection.Name)]
public sealed class PythonClientTests(LiveSystem live)
{
    private static readonly string Script = Repository.File("samples", "python", "pipeline_status.py");

    private readonly RunningSystem _system = live.System;

    [Fact]
    public async Task ItIsToldChangesWatchesOthersOnTheSameStreamAndComesBack()
    {
        await _system.Backend.SetAsync("py-orders", "Running");
        await _system.Backend.SetAsync("py-late", "Paused");

        // What nobody watches for three intervals is forgotten, and its next status is news.
        await using var stays = await StreamClient.OpenWithStatusesAsync(_system.Http, "py-orders", "py-late");
        await using var relay = new StreamRelay();
        relay.LeadTo(_system.Web.Address);
        await using var python = ChildProcess.Start(new("python3", [Script, relay.Address.AbsoluteUri, "py-orders"]));

        await python.LineAsync("py-orders active");
        await _system.Backend.SetAsync("py-orders", "Stopping");
        await python.LineAsync("py-orders stopping");

        await python.WriteLineAsync("+py-late");
        await python.LineAsync("py-late paused");
        await _system.Backend.SetAsync("py-late", "Resuming");
        await python.LineAsync("py-late resuming");

        relay.Cut();
        await python.LineAsync("! ");
        await _system.Backend.SetAsync("py-orders", "Stopped");
        await python.LineAsync("py-orders stopped");

        // It came back knowing the rest.
        Assert.True(python.Count("py-late paused") == 1 && python.Count("py-late resuming") == 1, python.Output);
    }
}
