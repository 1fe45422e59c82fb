using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>Two systems that share one Redis and one key prefix, each in a room of its own.</summary>
public sealed class NeighbourTests(Running<RedisServer> running) : IClassFixture<Running<RedisServer>>
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("", ",defaultDatabase=1")]
    [InlineData(",defaultDatabase=1", ",defaultDatabase=2")]
    [InlineData(",defaultDatabase=1", ",defaultDatabase=11")]
    public Task TwoSystemsInTwoDatabasesHearNothingOfEachOther(string here, string there) => AssertApartAsync(here, there);

    [Theory]
    [InlineData("", ",channelPrefix=other:")]
    [InlineData(",channelPrefix=one:", ",channelPrefix=other:")]
    [InlineData(",channelPrefix=one:,defaultDatabase=1", ",channelPrefix=one:,defaultDatabase=2")]
    public Task TwoSystemsThatDifferInTheChannelPrefixHearNothingOfEachOther(string here, string there) => AssertApartAsync(here, there);

    private async Task AssertApartAsync(string here, string there)
    {
        await using var ours = await Member.JoinAsync(running.Server.ConnectionString + here, _prefix);
        await using var theirs = await Member.JoinAsync(running.Server.ConnectionString + there, _prefix);
        using var resyncs = new Resyncs(ours.Services);
        var term = await ours.PollAsync();
        var theirTerm = await theirs.PollAsync();
        await PublishAsync(ours, term, 1, "orders");
        await PublishAsync(theirs, theirTerm, 1, "billing");
        var before = resyncs.Count;

        for (var beat = 2; beat <= 6; beat++)
        {
            await PublishAsync(theirs, theirTerm, beat, "billing");
            await theirs.Backplane.NotifyAsync(["billing"], default);
            theirs.WatchList.Add([$"theirs-{beat}"]);
            await Bounded.UntilAsync(
                "they are asked", () => Task.FromResult(theirs.Watched.Contains($"theirs-{beat}") && theirs.RefreshRequested.Count >= beat - 1));
            await PublishAsync(ours, term, beat, "orders");
        }

        Assert.Equal(before, resyncs.Count);
        Assert.Empty(ours.Watched);
        Assert.Empty(ours.RefreshRequested);
        Assert.All(ours.Told, told => Assert.Equal("orders", told.PipelineId));
        Assert.Equal("orders", Assert.Single(await ours.Backplane.LoadAsync(term, default)).Record.PipelineId);
    }

    /// <summary>Publishes a change, and waits until it has come back: what was said before has been heard by then.</summary>
    private static async Task PublishAsync(Member poller, LeaseTerm term, int beat, string pipelineId)
    {
        var status = beat % 2 == 0 ? PipelineStatus.Paused : PipelineStatus.Active;
        Assert.Equal(PublishOutcome.Stored, await poller.Backplane.PublishAsync(term, Examples.Change(term.Epoch, beat, pipelineId, status), default));
        await poller.UntilToldAsync(pipelineId, status);
    }

    /// <summary>How often a replica has re-read all that is shared.</summary>
    private sealed class Resyncs : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public Resyncs(IServiceProvider services)
        {
            var meters = services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "statusstream.backplane.resyncs" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _count, count));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
