using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Dashboard.Views;

/// <summary>The variables of a process beside the inherited ones. What is secret does not leave this process.</summary>
internal static class ProcessEnvironment
{
    private const string Mask = "••••••••";

    private static readonly string[] TellingWords = ["PASSWORD", "SECRET", "TOKEN", "APIKEY", "API_KEY", "CREDENTIAL"];

    /// <param name="replica">The process.</param>
    /// <param name="resources">All there are: a value that contains the secret of one of them is secret too.</param>
    public static IReadOnlyList<VariableView> Of(Replica replica, IReadOnlyList<IResource> resources)
    {
        var secrets = resources.Select(SecretOf).Where(secret => !string.IsNullOrEmpty(secret)).ToList();
        return
        [
            .. replica.Plan.Environment.OrderBy(variable => variable.Key, StringComparer.OrdinalIgnoreCase).Select(variable =>
            {
                var isSecret = TellingWords.Any(word => variable.Key.Contains(word, StringComparison.OrdinalIgnoreCase))
                    || variable.Key.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
                    || secrets.Exists(secret => variable.Value.Contains(secret!, StringComparison.Ordinal));
                return new VariableView(variable.Key, isSecret ? Mask : variable.Value, isSecret);
            }),
        ];
    }

    private static string? SecretOf(IResource resource) => resource switch
    {
        RedisResource redis => redis.Address?.Password,
        ParameterResource { Secret: true } parameter => parameter.Resolve(),
        _ => null,
    };
}
