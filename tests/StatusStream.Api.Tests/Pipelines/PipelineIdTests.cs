using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Pipelines;

public class PipelineIdTests
{
    public static TheoryData<string> Malformed =>
        [
            "", ".", "..", " ", "a b", "a/b", "a\\b", "../x", "a%2Fb", "a?b", "a#b", "a;b", "a:b", "a@b", "a\0b",
            "a\r\nb", "ä", "\u0661", "a,b", new string('a', PipelineId.MaxLength + 1),
        ];

    public static TheoryData<string> Valid =>
        ["a", "Z", "0", "...", ".a", "a..b", "-", "_", "orders.v2_eu-1", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", new string('a', PipelineId.MaxLength)];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void WhatCouldLeaveItsPathSegmentIsNoId(string text) => Assert.False(PipelineId.IsValid(text));

    [Theory]
    [MemberData(nameof(Valid))]
    public void AnIdStaysOneSegmentOfTheBackendsPath(string id)
    {
        Assert.True(PipelineId.IsValid(id));
        Assert.Equal($"/pipeline/{id}/health", new Uri($"http://backend/pipeline/{id}/health").PathAndQuery);
    }
}
