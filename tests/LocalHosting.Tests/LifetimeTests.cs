using System.Globalization;

namespace PipelineAspire.LocalHosting.Tests;

public sealed class LifetimeTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task EverythingStartsInTheOrderOfItsWaits()
    {
        await using var host = RunningHost.Start("chain");

        await host.LineAsync("everything is up");

        AssertInOrder(host.Output, "redis   > starting", "redis   > healthy", "api-0   > starting", "api-0   > healthy", "web     > starting", "web     > healthy");
        AssertInOrder(host.Output, "redis   > healthy", "api-1   > starting", "api-1   > healthy", "web     > starting");
    }

    [Fact]
    public async Task AKilledHostLeavesNoProcessBehind()
    {
        await using var host = RunningHost.Start("chain");
        await host.LineAsync("everything is up");
        var children = host.Children;
        Assert.Equal(["api-0", "api-1", "redis", "web"], children.Keys.Order(StringComparer.Ordinal));

        var begin = TimeProvider.System.GetTimestamp();
        host.Signal("KILL");

        await Task.WhenAll(children.Values.Select(RunningHost.GoneAsync));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, Promised);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task ASignalStopsConsumersFirstAndRedisLast(string signal)
    {
        await using var host = RunningHost.Start("chain");
        await host.LineAsync("everything is up");

        var begin = TimeProvider.System.GetTimestamp();
        host.Signal(signal);

        Assert.Equal(0, await host.ExitCodeAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, Promised);
        AssertInOrder(host.Output, "web     > stopped, code 0", "api-1   > stopping", "redis   > stopping", "redis   > stopped, code 0");
        AssertInOrder(host.Output, "api-0   > stopped, code 0", "redis   > stopping");
        await Task.WhenAll(host.Children.Values.Select(RunningHost.GoneAsync));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("api-0")]
    [InlineData("web  ")]
    public async Task AHostStoppedWhileItStartsLeavesNoProcessBehind(string starting)
    {
        await using var host = RunningHost.Start("chain");
        await host.LineAsync($"{starting}   > starting");

        host.Signal("TERM");

        Assert.Equal(0, await host.ExitCodeAsync());
        await Task.WhenAll(host.Children.Values.Select(RunningHost.GoneAsync));
        Assert.DoesNotContain("EXITED", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", host.Output, StringComparison.Ordinal);
        Assert.Contains($"{starting}   > stopped, code 0", host.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("api-1")]
    public async Task AHostKilledWhileItStartsLeavesNoProcessBehind(string starting)
    {
        await using var host = RunningHost.Start("chain");
        await host.LineAsync($"{starting,-7} > starting");

        var begin = TimeProvider.System.GetTimestamp();
        host.Signal("KILL");

        await host.ExitCodeAsync();
        await Task.WhenAll(host.Children.Values.Select(RunningHost.GoneAsync));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, Promised);
    }

    [Fact]
    public async Task AServiceKilledWhileItStartsShowsItsCodeAndTheRestCanBeStopped()
    {
        await using var host = RunningHost.Start("chain");
        await host.LineAsync("api-0   > starting");
        await host.LineAsync("api-1   > starting");

        RunningHost.SendSignal("KILL", host.Children["api-0"]);

        await host.LineAsync("api-0   > EXITED with code 137 (signal 9)");
        await host.LineAsync("web     > not started: api did not start");
        host.Signal("TERM");
        Assert.Equal(0, await host.ExitCodeAsync());
        await Task.WhenAll(host.Children.Values.Select(RunningHost.GoneAsync));
    }

    [Fact]
    public async Task AChildLeavesCtrlCToTheHostAndObeysSigterm()
    {
        await using var host = RunningHost.Start("chain");
        await host.LineAsync("everything is up");

        foreach (var child in host.Children.Values) RunningHost.SendSignal("INT", child);
        RunningHost.SendSignal("TERM", host.Children["web"]);

        await host.LineAsync("web     > EXITED with code 0");
        host.Signal("TERM");
        Assert.Equal(0, await host.ExitCodeAsync());
        AssertInOrder(host.Output, "api-0   > stopping", "api-0   > stopped, code 0", "redis   > stopping", "redis   > stopped, code 0");
    }

    [Fact]
    public async Task ServicesThatHangAreKilledInTime()
    {
        await using var host = RunningHost.Start("stuck");
        await host.LineAsync("everything is up");
        await host.LineAsync("early   | hanging");

        var begin = TimeProvider.System.GetTimestamp();
        host.Signal("TERM");

        Assert.Equal(0, await host.ExitCodeAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, Promised);
        await Task.WhenAll(host.Children.Values.Select(RunningHost.GoneAsync));
    }

    [Fact]
    public async Task ServicesThatHangEndThemselvesWhenTheHostIsKilled()
    {
        await using var host = RunningHost.Start("stuck");
        await host.LineAsync("everything is up");
        await host.LineAsync("early   | hanging");

        var begin = TimeProvider.System.GetTimestamp();
        host.Signal("KILL");

        await Task.WhenAll(host.Children.Values.Select(RunningHost.GoneAsync));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, Promised);
    }

    [Fact]
    public async Task AServiceThatDiesAtStartShowsItsCodeAndItsLastLines()
    {
        await using var host = RunningHost.Start("dying");

        await host.LineAsync("not everything is up: dying (Exited), after (FailedToStart)");

        AssertInOrder(host.Output, "dying   > EXITED with code 3", "dying   >   the configuration is wrong");
        AssertInOrder(host.Output, "dying   > EXITED with code 3", "dying   >   giving up");
        await host.LineAsync("after   > not started: dying did not start");
        Assert.DoesNotContain("after", host.Children.Keys);
    }

    [Fact]
    public async Task AParameterWithoutAValueStopsTheHostWithItsName()
    {
        await using var host = RunningHost.Start("needy");

        Assert.Equal(1, await host.ExitCodeAsync());

        Assert.Contains("Parameter 'Colour' has no value. Set Parameters:Colour", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AParameterOfTheCommandLineIsTaken()
    {
        await using var host = RunningHost.Start("needy", "--Parameters:Colour=blue");

        await host.LineAsync("everything is up");
    }

    private static void AssertInOrder(string output, params string[] texts)
    {
        var from = 0;
        foreach (var text in texts)
        {
            var at = output.IndexOf(text, from, StringComparison.Ordinal);
            Assert.True(at >= 0, string.Create(CultureInfo.InvariantCulture, $"'{text}' does not follow in:\n{output}"));
            from = at;
        }
    }
}
