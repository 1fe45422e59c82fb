namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>Who comes back says what it knows, and is told what has changed.</summary>
public class ResumeTests
{
    private const string Batch = "event: batch_update\nid: 7f3a9c0d12e4b85f-40\n" +
        "data: {\"type\":\"batch_update\",\"timestamp\":1,\"updates\":[" +
        "{\"pipelineId\":\"b\",\"status\":\"active\"},{\"pipelineId\":\"a\",\"status\":\"active\"}]}\n\n";

    private const string KnownAAndB = "&known=08876b4678930faf"; // of the golden file: a,b

    [Fact]
    public async Task WhatWasToldIsNamedWhenItComesBack()
    {
        await using var watching = new Watching(pipelineIds: ["a", "b", "c"]);
        await LoseAsync(watching, Batch);

        Assert.EndsWith("?pipelineIds=a,b,c" + KnownAAndB, watching.Server.Requests[^1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("7f3a9c0d12e4b85f-40", watching.Server.Requests[^1].Headers.GetValues("Last-Event-ID").Single());
    }

    [Fact]
    public async Task WhatAPartialBatchDoesNotNameIsStillKnown()
    {
        await using var watching = new Watching(pipelineIds: ["a", "b"]);
        await LoseAsync(watching, Batch);
        await LoseAsync(watching, Golden.Wire("a batch for one who knows the rest").Replace("orders", "b", StringComparison.Ordinal), isOpen: true);

        Assert.EndsWith(KnownAAndB, watching.Server.Requests[^1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWholeBatchTakesThePlaceOfAllThatWasKnown()
    {
        await using var watching = new Watching(pipelineIds: ["a", "b"]);
        await LoseAsync(watching, Batch);
        await LoseAsync(watching, Golden.Wire("a batch that knows nothing yet"), isOpen: true);

        Assert.EndsWith("?pipelineIds=a,b", watching.Server.Requests[^1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsInDoubtIsNotKnown()
    {
        await using var watching = new Watching(pipelineIds: ["a", "b", "orders"]);
        var doubt = Golden.Wire("a backend that does not answer");
        await LoseAsync(watching, Batch + Golden.Wire("a change") + doubt);
        Assert.EndsWith(KnownAAndB, watching.Server.Requests[^1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);

        await LoseAsync(watching, Batch + Golden.Wire("statuses that nobody can vouch for"), isOpen: true);
        Assert.EndsWith("?pipelineIds=a,b,orders", watching.Server.Requests[^1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatGoesAwayPutsNothingInDoubt()
    {
        await using var watching = new Watching(chance: 0.5, pipelineIds: ["a", "b"]);
        await LoseAsync(watching, Batch + Golden.Wire("a replica that is going away"));

        Assert.EndsWith(KnownAAndB, watching.Server.Requests[^1].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramIsToldAllThatIsTrueWhereTheServerTellsWhatChanged()
    {
        await using var watching = new Watching(pipelineIds: ["a", "b"]);
        await LoseAsync(watching, Batch);
        watching.Last!.Write(Golden.Wire("a batch for one who knows the rest").Replace("orders", "b", StringComparison.Ordinal));

        var batch = await watching.NextAsync<BatchUpdate>();

        Assert.Equal(["a active", "b active"], batch.Updates.Select(update => $"{update.PipelineId} {update.Status}"));
    }

    /// <summary>A stream that says this, ends, and is followed by another one.</summary>
    private static async Task LoseAsync(Watching watching, string said, bool isOpen = false)
    {
        var stream = isOpen ? watching.Last! : watching.Last = watching.Server.Stream();
        stream.Write(said);
        stream.End();
        watching.Last = watching.Server.Stream();
        StatusEvent next;
        do next = await watching.Pull().WaitAsync(Watching.Patience);
        while (next is not ConnectionLost);
        await watching.AfterDelayAsync<ConnectionOpened>(((ConnectionLost)next).RetryIn);
    }
}
