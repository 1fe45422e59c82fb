namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>What else the backend says, where a program asks for it.</summary>
public class FieldsTests
{
    [Fact]
    public async Task FieldsAreAskedForAndTold()
    {
        await using var watching = new Watching(new StatusStreamClientOptions { Fields = true });
        var stream = watching.Server.Stream();
        foreach (var name in new[] { "a batch with fields", "fields alone", "a change and what it does to the fields" }) stream.Write(Golden.Wire(name));

        await watching.NextAsync<ConnectionOpened>();
        var batch = await watching.NextAsync<BatchUpdate>();
        var moved = await watching.NextAsync<FieldsUpdate>();
        var changed = await watching.NextAsync<StatusUpdate>();

        Assert.EndsWith("?pipelineIds=orders&fields=1", Assert.Single(watching.Server.Requests).RequestUri!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal((1204, 0.4), (batch.Updates[0].Fields!["rows_per_second"].GetInt32(), batch.Updates[0].Fields!["lag_seconds"].GetDouble()));
        Assert.Null(batch.Updates[1].Fields);
        Assert.Equal(("orders", 1, 0.6), (moved.PipelineId, moved.Fields.Count, moved.Fields["lag_seconds"].GetDouble()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, changed.Fields!["rows_per_second"].ValueKind);
        Assert.Equal(("paused", 41.5), (changed.Status, changed.Fields["lag_seconds"].GetDouble()));
    }
}
