using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>What is remembered of answers about many.</summary>
public class BatchAnswersTests
{
    [Fact]
    public void TheNewestAnswerOfAnAddressIsKnown()
    {
        var answers = new BatchAnswers();
        answers.Keep("/a", "\"1\"", Statuses(2));
        answers.Keep("/a", "\"2\"", Statuses(3));
        answers.Keep("/b", "\"3\"", Statuses(1));

        Assert.Equal(("\"2\"", 3), (answers.Find("/a")!.ETag, answers.Find("/a")!.Statuses.Count));
        Assert.Null(answers.Find("/c"));
    }

    [Fact]
    public void AnAnswerWithoutATagTakesTheOneBeforeWithIt()
    {
        var answers = new BatchAnswers();
        answers.Keep("/a", "\"1\"", Statuses(2));
        answers.Keep("/a", null, Statuses(2));

        Assert.Null(answers.Find("/a"));
    }

    [Fact]
    public void ManySmallAnswersAreKnownAsWellAsAFewLargeOnes()
    {
        var answers = new BatchAnswers();
        for (var i = 0; i < 10_000; i++) answers.Keep($"/{i}", "\"1\"", Statuses(2));

        Assert.All(Enumerable.Range(0, 10_000), i => Assert.NotNull(answers.Find($"/{i}")));
    }

    [Fact]
    public void WhatWasOfUseLongestAgoIsForgottenFirst()
    {
        var answers = new BatchAnswers(mostStatuses: 9);
        foreach (var url in new[] { "/a", "/b", "/c" }) answers.Keep(url, "\"1\"", Statuses(2));
        answers.Find("/a");
        answers.Keep("/d", "\"1\"", Statuses(2));

        Assert.Equal(["/a", "/c", "/d"], new[] { "/a", "/b", "/c", "/d" }.Where(url => answers.Find(url) is not null));
    }

    [Fact]
    public void OneAnswerIsKnownHoweverLargeItIs()
    {
        var answers = new BatchAnswers(mostStatuses: 9);
        answers.Keep("/a", "\"1\"", Statuses(1));
        answers.Keep("/all", "\"1\"", Statuses(100));

        Assert.Null(answers.Find("/a"));
        Assert.Equal(100, answers.Find("/all")!.Statuses.Count);
    }

    private static Dictionary<string, BackendStatus> Statuses(int count) =>
        Enumerable.Range(0, count).ToDictionary(i => $"p{i}", _ => new BackendStatus(PipelineStatus.Active), StringComparer.Ordinal);
}
