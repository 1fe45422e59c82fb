using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace PipelineAspire.LocalHosting.TestHost;

/// <summary>The applications that the tests run.</summary>
internal static class Applications
{
    private static readonly string ProjectFile = typeof(Applications).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "ProjectFile").Value!;

    public static void Run(string application, string[] settings)
    {
        var builder = DistributedApplication.CreateBuilder(settings);
        switch (application)
        {
            case "chain":
                var redis = builder.AddRedis("redis");
                var api = builder.AddRole("api", Roles.Service).WithReplicas(2).WithHttpHealthCheck("/health").WithReference(redis).WaitFor(redis);
                builder.AddRole("web", Roles.Service).WithHttpHealthCheck("/health").WithReference(api).WaitFor(api);
                break;
            case "dying":
                var dying = builder.AddRole("dying", Roles.Dies).WithHttpHealthCheck("/health");
                builder.AddRole("after", Roles.Service).WaitFor(dying);
                break;
            case "stuck":
                builder.AddRole("early", Roles.HangsBeforeRunning);
                builder.AddRole("late", Roles.HangsWhileStopping).WithHttpHealthCheck("/health");
                break;
            case "needy":
                builder.AddParameter("Colour");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(application), application, "no such application");
        }

        builder.Build().Run();
    }

    private static IResourceBuilder<ProjectResource> AddRole(this IDistributedApplicationBuilder builder, string name, string role) =>
        builder.AddProject(name, ProjectFile).WithEnvironment(Roles.Variable, role);
}
