using Aspire.Hosting;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Tests;

public sealed class OrderTests
{
    private readonly DistributedApplicationBuilder _builder = new([], typeof(OrderTests).Assembly);

    [Fact]
    public void ConsumersStopBeforeWhatTheyUseAndRedisLast()
    {
        var redis = _builder.AddRedis("redis");
        var backend = _builder.AddProject("backend", "backend.csproj");
        var api = _builder.AddProject("api", "api.csproj").WithReference(backend).WithReference(redis);
        _builder.AddProject("web", "web.csproj").WaitFor(api);

        Assert.Equal(["web", "api", "backend", "redis"], Levels());
    }

    [Fact]
    public void ReferencesMayGoBothWays()
    {
        var one = _builder.AddProject("one", "one.csproj");
        var two = _builder.AddProject("two", "two.csproj").WithReference(one);
        one.WithReference(two);

        Assert.Equal(["one, two"], Levels());
    }

    [Fact]
    public void WaitsMayNotGoInACircle()
    {
        var one = _builder.AddProject("one", "one.csproj");
        var two = _builder.AddProject("two", "two.csproj").WaitFor(one);
        _builder.AddProject("three", "three.csproj").WaitFor(two);
        one.WaitFor(two);

        var refused = Assert.Throws<DistributedApplicationException>(() => Levels());

        Assert.Equal("These resources wait for each other: one, two, three.", refused.Message);
    }

    private IEnumerable<string> Levels() => ResourceOrder.StopLevels([.. _builder.Resources])
        .Select(level => string.Join(", ", level.Select(resource => resource.Name)));
}
