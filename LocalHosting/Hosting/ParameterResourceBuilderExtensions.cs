using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Parameters.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>
    /// A parameter read from <c>Parameters:{name}</c>: appsettings.json, <c>Parameters__{name}</c> in the environment, or
    /// <c>--Parameters:{name}=value</c> on the command line.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false)
    {
        var key = $"Parameters:{name}";
        return builder.AddResource(new ParameterResource(name, Value, secret));

        string Value() => builder.Configuration[key] ?? throw new DistributedApplicationException(
            $"Parameter '{name}' has no value. Set {key} in the AppHost's appsettings.json, Parameters__{name} in the environment, "
            + $"or --{key}=value on the command line.");
    }
}
