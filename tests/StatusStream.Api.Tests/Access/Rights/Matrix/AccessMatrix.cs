using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>Everything that can be asked for × everybody who may ask, through one way: CONTRACT section 7.</summary>
public abstract class AccessMatrix
{
    private const string Prefix = "/ui-api";
    private const string AnyMethod = "*";

    /// <summary>A right that is withdrawn has an end in an open stream after this.</summary>
    private static readonly TimeSpan LongestRight = TimeSpan.FromSeconds(30);

    private readonly GuardedWay _way;

    private protected AccessMatrix(GuardedWay way) => _way = way;

    public static TheoryData<string, string> Cells()
    {
        var cells = new TheoryData<string, string>();
        foreach (var endpoint in GuardedEndpoints.All)
        {
            foreach (var asker in Asker.All) cells.Add(endpoint.Name, asker.Name);
        }

        return cells;
    }

    public static TheoryData<string> Streams() => [.. GuardedEndpoints.All.Where(endpoint => endpoint.OpenAsync is not null).Select(endpoint => endpoint.Name)];

    public static TheoryData<int> Hosts() => [(int)Decider.Claims, (int)Decider.Authorizer];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task EverybodyIsToldWhatIsForThemAndNothingElse(string endpoint, string asker)
    {
        var row = GuardedEndpoints.All.Single(each => each.Name == endpoint);
        var column = Asker.All.Single(each => each.Name == asker);
        var visit = await ArriveAsync(row, column);
        var actions = MatrixHub.ActionsOn(visit.Host.Backend, MatrixHub.Mine);

        var answer = await row.AskAsync(visit, MatrixHub.Mine);

        switch (row.Of(column.Standing))
        {
            case Verdict.Told:
                Assert.True(row.IsTold(answer), answer.ToString());
                return;
            case Verdict.Refused:
                Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
                Assert.Contains("WWW-Authenticate: ", answer.Headers, StringComparison.Ordinal);
                Assert.Contains("Content-Type: application/problem+json", answer.Headers, StringComparison.Ordinal);
                break;
        }

        await AssertTellsNothingAsync(row, visit, answer);
        Assert.Equal(actions, MatrixHub.ActionsOn(visit.Host.Backend, MatrixHub.Mine));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task ARightThatTheHostWithdrawsLeavesTheOpenStreamWithin30Seconds(string endpoint)
    {
        var host = _way.Of(Decider.Authorizer);
        var person = host.PersonForAWhile;
        using var stream = await GuardedEndpoints.All.Single(each => each.Name == endpoint).OpenAsync!(host, person, MatrixHub.Mine);
        await stream.UntilAsync(static text => text.StartsWith("event: batch_update\n", StringComparison.Ordinal));

        host.Withdraw(person);
        var told = stream.UntilAsync(static text => text.Contains("pipeline_not_found", StringComparison.Ordinal));
        await PassAsync(host.Rights!, told);

        Assert.True(GuardedEndpoint.Names((await told)[^1], MatrixHub.Mine));
    }

    [Fact]
    public async Task ARightThatNewCredentialsLackLeavesTheOpenStreamWithTheNextWatchRequest()
    {
        var host = _way.Of(Decider.Claims);
        var person = host.PersonForAWhile;
        using var stream = await person.OpenAsync($"pipelineIds={MatrixHub.Mine}&watch=1");
        var handle = await GuardedEndpoints.HandleAsync(stream);

        var answer = await GuardedEndpoints.AskToWatchAsync(host.Withdraw(person), handle);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var told = await stream.UntilAsync(static text => text.Contains("pipeline_not_found", StringComparison.Ordinal));
        Assert.True(GuardedEndpoint.Names(told[^1], MatrixHub.Mine));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void NothingCanBeAskedForThatIsNotInTheMatrix(int decider)
    {
        var mapped = _way.Of((Decider)decider).Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(RoutesOf)
            .Where(static route => route.Contains($" {Prefix}", StringComparison.OrdinalIgnoreCase)).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(mapped.Except(GuardedEndpoints.All.SelectMany(static row => row.Routes), StringComparer.Ordinal));
        Assert.All(GuardedEndpoints.All.Where(static row => row.Audience != Audience.Nobody), row => Assert.Contains(row.Routes, mapped.Contains));
    }

    [Fact]
    public async Task WhetherTheHostIsWellIsForEverybody()
    {
        using var answer = await _way.Of(Decider.Claims).Nobody(Flaw.Missing).SendAsync(HttpMethod.Get, "/health");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Somebody comes; a right that is to be withdrawn is used first, and then withdrawn.</summary>
    private async Task<Visit> ArriveAsync(GuardedEndpoint row, Asker column)
    {
        var host = _way.Of(column.Decider);
        switch (column.Standing)
        {
            case Standing.Nobody:
                return new Visit(host, host.Nobody(column.Flaw!.Value), host.RightPerson);
            case Standing.Backend:
                return new Visit(host, host.KeyHolder, host.RightPerson);
            case Standing.OtherPerson:
                return new Visit(host, host.OtherPerson, host.RightPerson);
            case Standing.RightPerson:
                return new Visit(host, host.RightPerson, host.RightPerson);
        }

        var person = host.PersonForAWhile;
        if (row.Of(Standing.RightPerson) == Verdict.Told) Assert.True(row.IsTold(await row.AskAsync(new Visit(host, person, person), MatrixHub.Mine)));
        return new Visit(host, host.Withdraw(person), person);
    }

    /// <summary>Neither what is said nor how it is said tells that there is such a pipeline.</summary>
    private static async Task AssertTellsNothingAsync(GuardedEndpoint row, Visit visit, Answer answer)
    {
        Assert.False(row.IsTold(answer), answer.ToString());
        if (row.AskOfNothingAsync is { } askOfNothing)
        {
            Assert.Equal((await askOfNothing(visit)).About(MatrixHub.Mine), answer.About(MatrixHub.Mine));
            return;
        }

        foreach (var nothing in new[] { MatrixHub.Hidden, MatrixHub.Missing })
            Assert.Equal((await row.AskAsync(visit, nothing)).About(nothing), answer.About(MatrixHub.Mine));
    }

    /// <summary>Lets so much time pass for the host, unless what is waited for comes before.</summary>
    private static async Task PassAsync(HostRights rights, Task waitedFor)
    {
        for (var passed = TimeSpan.Zero; passed < LongestRight && !waitedFor.IsCompleted; passed += TimeSpan.FromSeconds(1))
        {
            await rights.Clock.WaitedForAsync().Soon();
            rights.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await waitedFor.Soon();
    }

    private static IEnumerable<string> RoutesOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : [AnyMethod])
        .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}");
}
