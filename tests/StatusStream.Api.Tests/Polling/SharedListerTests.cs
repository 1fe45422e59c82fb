using System.Text.Json;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling;

/// <summary>Who reads the list when replicas share it.</summary>
public sealed class SharedListerTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    private static readonly PipelineListing Listed = Listing("orders");

    private readonly FakeTimeProvider _clock = new();
    private readonly Lists _backend = new() { Answer = Listed };
    private readonly Others _others = new();

    [Fact]
    public async Task WhoeverHasTheClaimReadsForAll()
    {
        _others.Answers.Enqueue(new SharedListState { Claim = new ListClaim("claim", StoredTag: null) });

        Assert.Equal(["orders"], (await ListAsync()).PipelineIds);

        var (claim, copy) = Assert.Single(_others.Published);
        Assert.Equal("claim", claim);
        Assert.Equal((Listed.Tag.Whole, Listed.Json), (copy!.Tag, copy.Json));
    }

    [Fact]
    public async Task AListThatIsSharedAlreadyIsConfirmedWithoutItsBytes()
    {
        _others.Answers.Enqueue(new SharedListState { Claim = new ListClaim("claim", Listed.Tag.Whole) });

        await ListAsync();

        Assert.True(Assert.Single(_others.Published).Copy!.Json.IsEmpty);
    }

    [Fact]
    public async Task WhatAnotherHasReadIsTakenAndTheBackendNotAsked()
    {
        _others.Answers.Enqueue(Shared(Listed));

        Assert.Equal(["orders"], (await ListAsync()).PipelineIds);
        Assert.Equal(0, _backend.Reads);
    }

    [Fact]
    public async Task WhileAnotherReadsItIsWaitedFor()
    {
        _others.Answers.Enqueue(SharedListState.BeingRead);
        _others.Answers.Enqueue(Shared(Listed));

        var listing = ListAsync();
        Assert.False(listing.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["orders"], (await listing).PipelineIds);
        Assert.Equal(0, _backend.Reads);
    }

    [Fact]
    public async Task AnotherThatReadsForTooLongIsNotWaitedFor()
    {
        _others.Last = SharedListState.BeingRead;

        var listing = ListAsync();
        for (var passed = TimeSpan.Zero; passed < Cadence.RequestTimeout; passed += TimeSpan.FromMilliseconds(200)) _clock.Advance(TimeSpan.FromMilliseconds(200));

        Assert.Equal(["orders"], (await listing.WaitAsync(TimeSpan.FromSeconds(30))).PipelineIds);
        Assert.Equal(1, _backend.Reads);
        Assert.Empty(_others.Published);
    }

    [Fact]
    public async Task WhoCannotReadGivesTheClaimBackAndReadsForItselfUntilItCan()
    {
        var lister = Lister();
        _backend.Answer = null;
        _others.Answers.Enqueue(new SharedListState { Claim = new ListClaim("claim", StoredTag: null) });

        await Assert.ThrowsAsync<BackendException>(() => lister.ListAsync(null, default).AsTask());
        Assert.Null(Assert.Single(_others.Published).Copy);

        _backend.Answer = Listed;
        await lister.ListAsync(null, default);
        await lister.ListAsync(null, default);
        Assert.Equal([true, false, true], _others.MayClaim);
    }

    [Fact]
    public async Task WhatNobodyHereCanReadIsReadFromTheBackend()
    {
        _others.Answers.Enqueue(new SharedListState { Copy = new SharedListCopy("another", null, "no list"u8.ToArray()) });

        Assert.Equal(["orders"], (await ListAsync()).PipelineIds);
        Assert.Equal(1, _backend.Reads);
    }

    [Fact]
    public async Task AListIsPassedOnForAnIntervalSinceItWasReadWhereverThatWas()
    {
        var list = new BackendList(
            Lister(), Options.Create(new PipelineBackendOptions()), Cadence, _clock, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
        _others.Answers.Enqueue(Shared(Listed) with { Age = TimeSpan.FromSeconds(1.5) });
        await list.ReadAsync(default);
        Assert.Equal(TimeSpan.FromSeconds(0.5), list.FreshFor);

        _clock.Advance(TimeSpan.FromSeconds(0.4));
        await list.ReadAsync(default);
        Assert.Single(_others.MayClaim);

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await list.ReadAsync(default);
        Assert.Equal(2, _others.MayClaim.Count);
    }

    private static PipelineListing Listing(string pipelineId) =>
        new(JsonSerializer.SerializeToUtf8Bytes(new[] { new { pipeline_id = pipelineId } }), new HashSet<string>([pipelineId]));

    private static SharedListState Shared(PipelineListing listing) => new() { Copy = new SharedListCopy(listing.Tag.Whole, null, listing.Json) };

    private SharedLister Lister() => new(_backend, _others, Cadence, _clock);

    private Task<PipelineListing> ListAsync() => Lister().ListAsync(null, default).AsTask();

    /// <summary>A backend with a list, and nothing else.</summary>
    private sealed class Lists : IPipelineBackend
    {
        public PipelineListing? Answer { get; set; }

        public int Reads { get; private set; }

        public ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken)
        {
            Reads++;
            return Answer is { } answer ? ValueTask.FromResult(answer) : throw new BackendException("There is no list.", timedOut: false);
        }

        public ValueTask<PipelineReading> ReadAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<BackendAnswer> ReadBatchAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    /// <summary>Other replicas that say what they are told to: one answer after the other, then always the last.</summary>
    private sealed class Others : ISharedList
    {
        public Queue<SharedListState> Answers { get; } = new();

        public SharedListState Last { get; set; } = SharedListState.Alone;

        public List<bool> MayClaim { get; } = [];

        public List<(string Claim, SharedListCopy? Copy)> Published { get; } = [];

        public ValueTask<SharedListState> FindAsync(string? knownTag, bool mayClaim, CancellationToken cancellationToken)
        {
            MayClaim.Add(mayClaim);
            return ValueTask.FromResult(Answers.TryDequeue(out var answer) ? answer : Last);
        }

        public ValueTask PublishAsync(ListClaim claim, SharedListCopy? copy)
        {
            Published.Add((claim.Token, copy));
            return ValueTask.CompletedTask;
        }
    }
}
