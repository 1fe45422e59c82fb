using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Tests;

public sealed class PlanTests : IDisposable
{
    private readonly ProjectFolder _folder = new();
    private readonly List<Planner> _planners = [];

    public void Dispose()
    {
        foreach (var planner in _planners) planner.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AReferenceGivesTheAddressOfEachReplica()
    {
        var builder = Builder();
        var api = builder.AddProject("status-stream", _folder.Add("Api")).WithReplicas(3);
        builder.AddProject("web", _folder.Add("Web")).WithReference(api);

        var plans = Plan(builder);

        var replicas = plans.Where(plan => plan.Resource == api.Resource).ToList();
        Assert.Equal(["status-stream-0", "status-stream-1", "status-stream-2"], replicas.Select(plan => plan.Name));
        Assert.Equal(3, replicas.Select(plan => plan.Address).Distinct().Count());
        var web = plans.Single(plan => plan.Name == "web").Environment;
        Assert.Equal(replicas[0].Address, web["services__status-stream__http__0"]);
        Assert.Equal(replicas[1].Address, web["services__status-stream__http__1"]);
        Assert.Equal(replicas[2].Address, web["services__status-stream__http__2"]);
        Assert.Equal(replicas[0].Address, web["STATUS_STREAM_HTTP"]);
    }

    [Fact]
    public void ANewReplicaListensOnItsOwnAddressOnly()
    {
        var builder = Builder();
        builder.AddProject("api", _folder.Add("Api", ProjectFolder.Profile("http", "http://localhost:5100"))).WithReplicas(2);

        var plans = Plan(builder);

        Assert.All(plans, plan => Assert.Equal(plan.Address, plan.Environment["ASPNETCORE_URLS"]));
        Assert.All(plans, plan => Assert.StartsWith("http://127.0.0.1:", plan.Address, StringComparison.Ordinal));
        Assert.All(plans, plan => Assert.NotEqual("http://127.0.0.1:5100", plan.Address));
        Assert.Equal(["service.instance.id=api-0", "service.instance.id=api-1"], plans.Select(plan => plan.Environment["OTEL_RESOURCE_ATTRIBUTES"]));
    }

    [Fact]
    public void TheLaunchProfileGivesAddressAndEnvironment()
    {
        var port = FreePort();
        var builder = Builder();
        var profile = ProjectFolder.Profile("http", $"http://localhost:{port}", "\"ASPNETCORE_ENVIRONMENT\": \"Development\", \"Level\": \"profile\"");
        builder.AddProject("backend", _folder.Add("Backend", profile)).WithEnvironment("Level", "AppHost");

        var plan = Assert.Single(Plan(builder));

        Assert.Equal($"http://localhost:{port}", plan.Address);
        Assert.Equal($"http://localhost:{port}", plan.Environment["ASPNETCORE_URLS"]);
        Assert.Equal("Development", plan.Environment["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("AppHost", plan.Environment["Level"]);
        Assert.EndsWith("Backend", plan.WorkingDirectory, StringComparison.Ordinal);
    }

    [Fact]
    public void TheProfileNamedAsTheAppHostsIsPreferred()
    {
        var (first, second) = (FreePort(), FreePort());
        var profiles = ProjectFolder.Profile("plain", $"http://localhost:{first}") + ProjectFolder.Profile("other", $"http://localhost:{second}");
        var builder = Builder();
        builder.AddProject("backend", _folder.Add("Backend", profiles));

        Assert.Equal($"http://localhost:{second}", Assert.Single(Plan(builder, "other")).Address);
        Assert.Equal($"http://localhost:{first}", Assert.Single(Plan(builder, "none of them")).Address);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5090")]
    [InlineData("http://*:5090")]
    [InlineData("http://example.org:5090")]
    public void AProjectThatWantsToListenBeyondLoopbackIsRefused(string url)
    {
        var builder = Builder();
        builder.AddProject("backend", _folder.Add("Backend", ProjectFolder.Profile("http", url)));

        var refused = Assert.Throws<DistributedApplicationException>(() => Plan(builder));

        Assert.Contains("services listen on loopback only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABusyPortIsNamedWithTheResourceThatNeedsIt()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;
        var builder = Builder();
        builder.AddProject("backend", _folder.Add("Backend", ProjectFolder.Profile("http", $"http://localhost:{port}")));

        var refused = Assert.Throws<DistributedApplicationException>(() => Plan(builder));

        Assert.StartsWith($"Port {port} is in use, and 'backend' needs it (http://localhost:{port}).", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProjectThatWasNotBuiltIsNamedWithTheCommandThatBuildsIt()
    {
        var builder = Builder();
        var project = _folder.Add("Backend", built: false);
        builder.AddProject("backend", project);

        var refused = Assert.Throws<DistributedApplicationException>(() => Plan(builder));

        Assert.Contains($"dotnet build {project} -c ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARedisGivesItsConnectionStringAndItsParts()
    {
        var builder = Builder();
        var redis = builder.AddRedis("redis");
        builder.AddProject("api", _folder.Add("Api")).WithReference(redis);
        builder.AddProject("web", _folder.Add("Web"));

        var plans = Plan(builder);

        var local = plans.Single(plan => plan.Name == "redis").Environment;
        var (port, password) = (local["LOCALREDIS_PORT"], local["LOCALREDIS_PASSWORD"]);
        Assert.Equal(24, password.Length);
        var api = plans.Single(plan => plan.Name == "api").Environment;
        Assert.Equal($"127.0.0.1:{port},password={password}", api["ConnectionStrings__redis"]);
        Assert.Equal(
            ["127.0.0.1", port, password, $"redis://:{password}@127.0.0.1:{port}"],
            new[] { "HOST", "PORT", "PASSWORD", "URI" }.Select(part => api[$"REDIS_{part}"]));
        Assert.DoesNotContain(plans.Single(plan => plan.Name == "web").Environment.Keys, name => name.Contains("redis", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void AConfiguredRedisIsUsedAndNoneIsStarted()
    {
        var builder = Builder("--ConnectionStrings:redis=cache.local:7000,password=p@ss,ssl=true");
        var redis = builder.AddRedis("redis");
        builder.AddProject("api", _folder.Add("Api")).WithReference(redis);

        var plan = Assert.Single(Plan(builder));

        Assert.Equal("cache.local:7000,password=p@ss,ssl=true", plan.Environment["ConnectionStrings__redis"]);
        Assert.Equal("rediss://:p%40ss@cache.local:7000", plan.Environment["REDIS_URI"]);
    }

    [Fact]
    public void AParameterBecomesAVariable()
    {
        var builder = Builder("--Parameters:UseSseStatus=false");
        var parameter = builder.AddParameter("UseSseStatus");
        builder.AddProject("web", _folder.Add("Web")).WithEnvironment("FeatureManagement__UseSseStatus", parameter);

        Assert.Equal("false", Assert.Single(Plan(builder)).Environment["FeatureManagement__UseSseStatus"]);
    }

    [Fact]
    public void AParameterWithoutAValueIsFoundBeforeAnythingStarts()
    {
        var builder = Builder();
        builder.AddParameter("Missing");

        var refused = Assert.Throws<DistributedApplicationException>(() => Plan(builder));

        Assert.Contains("Parameters:Missing", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b", "is no name")]
    [InlineData("1st", "is no name")]
    [InlineData("TAKEN", "two resources")]
    public void ANameIsLegalAndUnique(string name, string complaint)
    {
        var builder = Builder();
        builder.AddProject("taken", _folder.Add("Taken"));

        var refused = Assert.Throws<DistributedApplicationException>(() => builder.AddProject(name, _folder.Add("Other")));

        Assert.Contains(complaint, refused.Message, StringComparison.Ordinal);
    }

    private static DistributedApplicationBuilder Builder(params string[] args) => new(args, typeof(PlanTests).Assembly);

    private static int FreePort()
    {
        using var reservation = new PortReservation();
        return reservation.Port;
    }

    private IReadOnlyList<ProcessPlan> Plan(DistributedApplicationBuilder builder, string? profile = null)
    {
        var planner = new Planner(BuildOutput.Like(typeof(PlanTests).Assembly), profile);
        _planners.Add(planner);
        return planner.Plan([.. builder.Resources]);
    }
}
