using PipelineAspire.Benchmarks.CommandLine;

namespace PipelineAspire.Benchmarks.Tests.CommandLine;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("fan-out --clients 5 --help")]
    public void WithoutAScenarioOrWithHelpItAsksForHelp(string line) => Assert.Null(Parse(line).Scenario);

    [Fact]
    public void EveryOptionIsTaken()
    {
        var options = Parse(
            "fan-out --clients 5000 --pipelines 20 --events 70 --rate 0 --window 8 --interval 0.5 --replicas " +
            "3 --rounds 2 --warm-up 9 --rest 1.5 --duration 7 --via web --json a --svg b");

        Assert.Equal(("fan-out", 5000, 20, 70, 0.0), (options.Scenario, options.Clients, options.Pipelines, options.Events, options.Rate));
        Assert.Equal((8, TimeSpan.FromSeconds(0.5), 3, 2, 9), (options.Window, options.Interval, options.Replicas, options.Rounds, options.WarmUp));
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(7), "a", "b"), (options.Rest, options.Duration, options.Json, options.Svg));
        Assert.Equal([Via.Web], options.Ways);
    }

    [Fact]
    public void AServerThatRunsIsGivenByAddressProcessesAndTheBackendItReads()
    {
        var options = Parse("idle --url http://127.0.0.1:5100 --pid 12,13 --backend-port 18091");

        Assert.Equal(new Uri("http://127.0.0.1:5100"), options.Url);
        Assert.Equal([12, 13], options.Pids);
        Assert.Equal(18091, options.BackendPort);
    }

    [Theory]
    [InlineData("no", false, false)]
    [InlineData("yes", true, false)]
    [InlineData("both", false, true)]
    public void PeopleSignInOrNotOrBothAreCompared(string value, bool isSignedIn, bool isCompared)
    {
        var options = Parse($"opening --via api --people {value}");

        Assert.Equal((isSignedIn, isCompared), (options.IsSignedIn, options.ComparesPeople));
    }

    [Fact]
    public void StreamsAreMeasuredBothWaysUnlessOneIsAskedFor() => Assert.Equal([Via.Api, Via.Web], Parse("idle").Ways);

    [Theory]
    [InlineData("gallop", "'gallop' is no scenario")]
    [InlineData("fan-out --clients", "--clients needs a value")]
    [InlineData("fan-out --clients 0", "--clients must be a whole number from 1 to 100000, not '0'")]
    [InlineData("fan-out --clients many", "not 'many'")]
    [InlineData("fan-out --pipelines 501", "from 1 to 500")]
    [InlineData("fan-out --rate -1", "--rate must be a number from 0 to 10000, not '-1'")]
    [InlineData("fan-out --interval 0", "--interval must be a number from 0.01 to 3600")]
    [InlineData("fan-out --via nginx", "--via must be api, web, both or relays, not 'nginx'")]
    [InlineData("idle --via api --people some", "--people must be yes, no or both, not 'some'")]
    [InlineData("idle --people both", "--people is for streams straight to servers")]
    [InlineData("fan-out --speed 5", "There is no option --speed")]
    [InlineData("fan-out --url https://example.org --backend-port 1", "--url must be an address of this machine")]
    [InlineData("fan-out --url http://127.0.0.1:1", "--url needs --backend-port")]
    [InlineData("fan-out --pid 5", "--pid goes with --url")]
    [InlineData("growth --url http://127.0.0.1:1 --backend-port 2", "growth measures no server that runs already")]
    [InlineData("report --svg a", "report needs --from")]
    public void WhatMakesNoSenseIsNamed(string line, string message) =>
        Assert.Contains(message, Assert.Throws<CommandLineException>(() => Parse(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void SpreadMayHaveMorePipelinesThanAStream() => Assert.Equal(20_000, Parse("spread --pipelines 20000").Pipelines);

    [Fact]
    public void HelpNamesEveryScenario() =>
        Assert.All(Scenarios.ScenarioTable.Names, name => Assert.Contains($"\n  {name} ", HelpText.Text, StringComparison.Ordinal));

    private static BenchmarkOptions Parse(string line) => CommandLineParser.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
