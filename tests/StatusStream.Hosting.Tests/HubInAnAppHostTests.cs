using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace PipelineAspire.StatusStream.Hosting.Tests;

/// <summary>What an AppHost gives to a hub, as the hub's settings are called. Nothing is started: the model is what is looked at.</summary>
public sealed class HubInAnAppHostTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = ["--operation", "publish", "--publisher", "manifest"],
        DisableDashboard = true,
    });

    [Fact]
    public async Task AHubIsOneLineWithItsBackendAndItsRedis()
    {
        var backend = _builder.AddProject<Hub>("backend");
        var redis = _builder.AddConnectionString("redis");

        var hub = _builder.AddStatusStream<Hub>("statusstream").WithBackend(backend).WithReference(redis);

        var settings = await SettingsAsync(hub);
        Assert.Equal("{backend.bindings.http.url}", settings["PipelineBackend__BaseUrl"]);
        Assert.Equal("{redis.connectionString}", settings["ConnectionStrings__redis"]);
        Assert.Contains(hub.Resource.Annotations.OfType<WaitAnnotation>(), wait => wait.Resource == backend.Resource);
        Assert.Contains(hub.Resource.Annotations, annotation => annotation is HealthCheckAnnotation);
    }

    [Fact]
    public async Task ABackendThatIsNoResourceIsAnAddress()
    {
        var hub = _builder.AddStatusStream<Hub>("statusstream").WithBackend(ReferenceExpression.Create($"https://backend.example/api/v1"));

        Assert.Equal("https://backend.example/api/v1", (await SettingsAsync(hub))["PipelineBackend__BaseUrl"]);
    }

    [Fact]
    public void AHubWithoutALaunchProfileHasAnAddressAllTheSame()
    {
        var hub = _builder.AddStatusStream<Hub>("statusstream", project => project.ExcludeLaunchProfile = true);

        Assert.Equal("http", Assert.Single(hub.Resource.Annotations.OfType<EndpointAnnotation>()).Name);
    }

    [Fact]
    public async Task FieldsAndActionsAreThoseOfTheBackend()
    {
        var hub = _builder.AddStatusStream<Hub>("statusstream").WithBackendFields("rows", "lag").WithBackendAction("stop", "/pipeline/{id}/stop");

        var settings = await SettingsAsync(hub);
        Assert.Equal(("rows", "lag"), (settings["PipelineBackend__Fields__0"], settings["PipelineBackend__Fields__1"]));
        Assert.Equal("/pipeline/{id}/stop", settings["PipelineBackend__Actions__stop"]);
    }

    [Fact]
    public async Task ARelayHasTheHubThatItPassesOn()
    {
        var hub = _builder.AddStatusStream<Hub>("statusstream");

        var relay = _builder.AddStatusStream<Hub>("edge").WithUpstream(hub);

        Assert.Equal("{statusstream.bindings.http.url}", (await SettingsAsync(relay))["StatusStream__Upstream"]);
        Assert.Contains(relay.Resource.Annotations.OfType<WaitAnnotation>(), wait => wait.Resource == hub.Resource);
    }

    /// <summary>The project's environment variables, as a manifest would say them.</summary>
    private async Task<Dictionary<string, string?>> SettingsAsync(IResourceBuilder<ProjectResource> project)
    {
        var context = new EnvironmentCallbackContext(_builder.ExecutionContext, project.Resource);
        foreach (var variables in project.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>()) await variables.Callback(context);
        return context.EnvironmentVariables.ToDictionary(
            variable => variable.Key,
            variable => variable.Value is IManifestExpressionProvider expression ? expression.ValueExpression : variable.Value.ToString());
    }

    /// <summary>A project with an endpoint <c>http</c>.</summary>
    private sealed class Hub : IProjectMetadata
    {
        public string ProjectPath => typeof(Hub).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "HubProject").Value!;
    }
}
