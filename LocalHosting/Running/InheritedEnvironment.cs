namespace PipelineAspire.LocalHosting.Running;

/// <summary>Children inherit the AppHost's environment, but not what is about the AppHost itself.</summary>
internal static class InheritedEnvironment
{
    private static readonly string[] Names = ["ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    // The AppHost's configuration: a connection string there is for those that reference it.
    private static readonly string[] Prefixes = ["ASPIRE_", "Parameters__", "ConnectionStrings__", "services__"];

    public static void RemoveOwn(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsOwn).ToList()) environment.Remove(name);
    }

    private static bool IsOwn(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
