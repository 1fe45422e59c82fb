using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PipelineAspire.LocalHosting.Tests.Dashboard;

public sealed class CommandTests(DashboardHost dashboard) : IClassFixture<DashboardHost>
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task AKilledReplicaShowsItsCodeAndStartsAgainAtItsAddress()
    {
        var before = await dashboard.PageAsync("/replicas/api-1");

        await SucceedsAsync("api-1", "kill");
        await ShowsAsync("api-1", "Exited");
        Assert.Contains("code 137 (signal 9)", await dashboard.PageAsync("/replicas/api-1"), StringComparison.Ordinal);
        Assert.Contains("api-1 is Exited", (await RunAsync("api-1", "stop")).GetProperty("message").GetString(), StringComparison.Ordinal);

        await SucceedsAsync("api-1", "start");
        await ShowsAsync("api-1", "Healthy");
        Assert.Equal(AddressIn(before), AddressIn(await dashboard.PageAsync("/replicas/api-1")));
    }

    [Fact]
    public async Task ARestartedRedisIsHealthyAgain()
    {
        var before = dashboard.Host.Children["redis"];

        await SucceedsAsync("redis", "restart");

        await ShowsAsync("redis", "Healthy");
        Assert.NotEqual(before, dashboard.Host.Children["redis"]);
    }

    [Fact]
    public async Task APausedReplicaStandsStillUntilItIsResumed()
    {
        var process = dashboard.Host.Children["web"];

        await SucceedsAsync("web", "pause");
        await ShowsAsync("web", "Paused");
        await UntilAsync("stopped", () => Task.FromResult(RunningHost.StateOf(process) == 'T'));

        await SucceedsAsync("web", "resume");
        await UntilAsync("going on", () => Task.FromResult(RunningHost.StateOf(process) is 'S' or 'R'));
        await ShowsAsync("web", "Healthy");
    }

    [Fact]
    public async Task WhatCannotBeDoneSaysWhy()
    {
        Assert.Contains("not available", (await RunAsync("web", "fly")).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("not found", (await RunAsync("nobody", "stop")).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("web is Running", (await RunAsync("web", "start")).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheConsoleIsLive()
    {
        using var limit = new CancellationTokenSource(RunningHost.Patience, TimeProvider.System);
        using var answer = await dashboard.Http.GetAsync(
            new Uri("/replicas/api-0/console", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));

        await SeesAsync("Now listening on");
        await SucceedsAsync("api-0", "restart");
        await SeesAsync("Now listening on");

        async Task SeesAsync(string text)
        {
            while (await lines.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Contains(text, StringComparison.Ordinal)) return;
            }

            Assert.Fail($"The console ended before it said '{text}'.");
        }
    }

    private static string AddressIn(string page)
    {
        var at = page.IndexOf("href=\"http://127.0.0.1:", StringComparison.Ordinal);
        return page[at..page.IndexOf("\" ", at, StringComparison.Ordinal)];
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(RunningHost.Patience, TimeProvider.System);
        using var ticks = new PeriodicTimer(Tick, TimeProvider.System);
        while (!await isSo())
        {
            Assert.False(limit.IsCancellationRequested, $"Never: {what}.");
            await ticks.WaitForNextTickAsync();
        }
    }

    private Task ShowsAsync(string replica, string state) => UntilAsync($"{replica} is {state}", async () =>
        (await dashboard.PageAsync("/")).Contains($"data-replica=\"{replica}\" data-state=\"{state}\"", StringComparison.Ordinal));

    private async Task SucceedsAsync(string target, string command)
    {
        var result = await RunAsync(target, command);
        Assert.True(result.GetProperty("success").GetBoolean(), $"{command} of {target}: {result}");
    }

    private async Task<JsonElement> RunAsync(string target, string command)
    {
        using var answer = await dashboard.CommandAsync(target, command);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
