using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>The replicas of a hub behind an address, as service discovery's configuration lists them.</summary>
internal static class UpstreamAddresses
{
    /// <summary>
    /// The addresses under <c>services:{host}:{scheme}</c> (one value, or several by index), each with the path of
    /// <paramref name="baseUrl"/> kept; <paramref name="baseUrl"/> itself when there are none. They end in a slash.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting, which is named, is no address.</exception>
    public static IReadOnlyList<Uri> Find(IConfiguration configuration, Uri baseUrl)
    {
        var section = configuration.GetSection($"services:{baseUrl.Host}:{baseUrl.Scheme}");
        var path = baseUrl.AbsolutePath.TrimEnd('/') + "/";
        var replicas = section.GetChildren().Prepend(section)
            .Where(setting => !string.IsNullOrWhiteSpace(setting.Value))
            .Select(setting => new Uri(Parse(setting, baseUrl.Scheme), path))
            .Distinct()
            .ToList();
        return replicas.Count > 0 ? replicas : [new Uri(baseUrl, path)];
    }

    private static Uri Parse(IConfigurationSection setting, string scheme)
    {
        var value = setting.Value!.Trim();
        var text = value.Contains("://", StringComparison.Ordinal) ? value : $"{scheme}://{value}";
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new InvalidOperationException($"{setting.Path} must be an http or https address, not '{ShownAddress.Of(value)}'.");
    }
}
