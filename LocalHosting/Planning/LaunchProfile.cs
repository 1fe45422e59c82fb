using System.Text.Json;
using Aspire.Hosting;

namespace PipelineAspire.LocalHosting.Planning;

/// <summary>What Properties/launchSettings.json of a project says: its address and its environment.</summary>
internal sealed record LaunchProfile(string Name, Uri? Url, IReadOnlyDictionary<string, string> Environment)
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The profile named <paramref name="preferred"/> (the AppHost's own), else the first that starts the project.</summary>
    /// <exception cref="DistributedApplicationException">The file cannot be read, or asks to listen beyond loopback.</exception>
    public static LaunchProfile Of(string projectPath, string? preferred)
    {
        var path = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(path)) return new LaunchProfile("none", null, new Dictionary<string, string>());

        try
        {
            using var settings = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            var profiles = settings.RootElement.GetProperty("profiles").EnumerateObject()
                .Where(profile => profile.Value.TryGetProperty("commandName", out var command) && command.GetString() == "Project")
                .ToList();
            if (profiles.Count == 0) return new LaunchProfile("none", null, new Dictionary<string, string>());
            var chosen = profiles.FindIndex(profile => profile.Name == preferred);
            return Read(profiles[Math.Max(chosen, 0)], path);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DistributedApplicationException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static LaunchProfile Read(JsonProperty profile, string path)
    {
        var environment = profile.Value.TryGetProperty("environmentVariables", out var variables)
            ? variables.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString() ?? "")
            : [];
        var urls = profile.Value.TryGetProperty("applicationUrl", out var text) ? text.GetString() ?? "" : "";
        var http = urls.Split(';', StringSplitOptions.TrimEntries)
            .FirstOrDefault(url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase));
        return new LaunchProfile(profile.Name, http is null ? null : Loopback(http, profile.Name, path), environment);
    }

    private static Uri Loopback(string url, string profile, string path) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback ? uri : throw new DistributedApplicationException(
            $"{path}: profile '{profile}' asks for {url}, but services listen on loopback only. Use http://localhost:{{port}}.");
}
