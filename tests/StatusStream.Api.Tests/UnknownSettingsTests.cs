using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Testing;

namespace PipelineAspire.StatusStream.Tests;

/// <summary>A misspelt setting is named at the start, and nothing else is.</summary>
public sealed partial class UnknownSettingsTests
{
    private readonly FakeLogger<UnknownSettings> _logger = new();

    [Fact]
    public async Task MisspeltSettingsAreNamedOnce()
    {
        await StartAsync(
            "StatusStream:PolInterval", "StatusStream:Limits:StreamsPerClients", "StatusStream:Rights:Claims", "PipelineBackend:BaseURI", "PipelineBackend:Batch:Paths");

        var message = Assert.Single(_logger.Collector.GetSnapshot()).Message;
        Assert.Equal(
            "No setting has this name, so it is left out: StatusStream:PolInterval, StatusStream:Limits:StreamsPerClients, StatusStream:Rights:Claims, " +
            "PipelineBackend:BaseURI, PipelineBackend:Batch:Paths",
            message);
    }

    [Theory]
    [InlineData("StatusStream:pollinterval")]
    [InlineData("StatusStream:Limits:StreamsPerClient")]
    [InlineData("StatusStream:Rights:Claim")]
    [InlineData("StatusStream:Upstream")]
    [InlineData("StatusStream:NotifyKey")]
    [InlineData("StatusStream:RedisKeyPrefix")]
    [InlineData("StatusStream:InstanceName")]
    [InlineData("StatusStream:Compression")]
    [InlineData("PipelineBackend:Batch:Path")]
    [InlineData("PipelineBackend:Fields:0")]
    [InlineData("PipelineBackend:PipelineIds:0")]
    [InlineData("PipelineBackend:Headers:X-Api-Key")]
    [InlineData("PipelineBackend:StatusMap:SLEEPING")]
    [InlineData("PipelineBackend:StatusMap:a:b")]
    [InlineData("PipelineBackend:Actions:stop")]
    [InlineData("StatusStreamApi:BaseUrl")]
    [InlineData("Logging:LogLevel:StatusStream")]
    public async Task WhatIsBoundOrNoneOfTheHubsIsNotNamed(string setting)
    {
        await StartAsync(setting);

        Assert.Equal(0, _logger.Collector.Count);
    }

    [Fact]
    public async Task EverySettingOfTheReadmeIsKnown()
    {
        var solution = typeof(UnknownSettingsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "SolutionDirectory").Value!;
        var readme = await File.ReadAllTextAsync(Path.Combine(solution, "README.md"));
        var settings = SettingPattern().Matches(readme).Select(match => match.Groups[1].Value).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();

        Assert.Contains("StatusStream:PollInterval", settings);
        Assert.Empty(UnknownSettings.Find(Configuration(settings)));
    }

    private Task StartAsync(params string[] settings) => new UnknownSettings(Configuration(settings), _logger).StartAsync(CancellationToken.None);

    private static IConfiguration Configuration(string[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(name => name, string? (_) => "1", StringComparer.Ordinal)).Build();

    [GeneratedRegex("`((?:StatusStream|PipelineBackend)(?::[A-Za-z]+)+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SettingPattern();
}
