using System.Reflection;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.LocalHosting.Planning;

namespace Aspire.Hosting;

internal partial class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    /// <summary>Fixed ports become free ones; the name is Aspire's.</summary>
    public const string RandomizePorts = "DcpPublisher:RandomizePorts";

    private readonly BuildOutput _output;

    public DistributedApplicationBuilder(string[] args, Assembly appHost)
    {
        AppHostDirectory = appHost.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(metadata => metadata.Key == "AppHostDirectory")?.Value ?? Directory.GetCurrentDirectory();
        _output = BuildOutput.Like(appHost);

        var environment = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
            ?? "Production";
        Configuration.SetBasePath(AppHostDirectory);
        Configuration.AddJsonFile("appsettings.json", optional: true);
        Configuration.AddJsonFile($"appsettings.{environment}.json", optional: true);
        Configuration.AddEnvironmentVariables();
        Configuration.AddCommandLine(args);
    }

    public ConfigurationManager Configuration { get; } = new();

    public string AppHostDirectory { get; }

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public IServiceCollection Services { get; } = new ServiceCollection().AddLogging();

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (!LegalName().IsMatch(resource.Name))
        {
            throw new DistributedApplicationException(
                $"'{resource.Name}' is no name for a resource: 1 to 64 letters, digits and hyphens, a letter first.");
        }

        if (Resources.Any(other => other.Name.Equals(resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"There are two resources named '{resource.Name}'.");

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public virtual DistributedApplication Build()
    {
        Services.AddSingleton<IConfiguration>(Configuration);
        var randomizePorts = Configuration.GetValue<bool>(RandomizePorts);
        return new DistributedApplication([.. Resources], Services, new Planner(_output, Configuration["DOTNET_LAUNCH_PROFILE"], randomizePorts));
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]{0,63}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LegalName();
}
