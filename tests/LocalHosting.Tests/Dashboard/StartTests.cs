using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;
using PipelineAspire.LocalHosting.Dashboard;

namespace PipelineAspire.LocalHosting.Tests.Dashboard;

public sealed class StartTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task ABusyPortCostsTheDashboardAndNothingElse()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;
        await using var host = RunningHost.Start("needy", "--Parameters:Colour=blue", $"--urls=http://localhost:{port}");

        var line = await host.LineAsync("the dashboard needs it");

        Assert.Contains($"port {port} is in use", line, StringComparison.Ordinal);
        await host.LineAsync("everything is up");
    }

    [Fact]
    public async Task AHostKilledDuringAPauseLeavesNoProcessBehind()
    {
        var dashboard = new DashboardHost();
        await dashboard.InitializeAsync();
        var children = dashboard.Host.Children;
        using var paused = await dashboard.CommandAsync("api-0", "pause");
        Assert.Equal(HttpStatusCode.OK, paused.StatusCode);
        await dashboard.Host.LineAsync("api-0   > paused");

        var begin = TimeProvider.System.GetTimestamp();
        dashboard.Host.Signal("KILL");

        await Task.WhenAll(children.Values.Select(RunningHost.GoneAsync));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, Promised);
        await dashboard.DisposeAsync();
    }

    [Theory]
    [InlineData("urls", "http://0.0.0.0:15080")]
    [InlineData("urls", "https://localhost:15080")]
    [InlineData("ASPNETCORE_URLS", "nonsense")]
    [InlineData("LocalHosting:Dashboard", "maybe")]
    public void ASettingThatMakesNoSenseIsNamed(string setting, string value)
    {
        var refused = Assert.Throws<DistributedApplicationException>(() => DashboardAddress.From(With(setting, value)));

        Assert.Contains(setting == "urls" ? "ASPNETCORE_URLS" : setting, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ItCanBeMovedAndTurnedOff()
    {
        Assert.Equal(new Uri("http://localhost:15080"), DashboardAddress.From(With("nothing", "said")));
        Assert.Equal(new Uri("http://localhost:16000"), DashboardAddress.From(With("ASPNETCORE_URLS", "http://localhost:16000;http://localhost:1")));
        Assert.Null(DashboardAddress.From(With("LocalHosting:Dashboard", "false")));
    }

    private static IConfiguration With(string setting, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build();
}
