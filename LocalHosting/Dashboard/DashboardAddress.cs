using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace PipelineAspire.LocalHosting.Dashboard;

/// <summary>Where the dashboard is, as the AppHost's configuration says.</summary>
internal static class DashboardAddress
{
    /// <summary>False for no dashboard at all; true by default.</summary>
    public const string EnabledSetting = "LocalHosting:Dashboard";

    public static readonly Uri Default = new("http://localhost:15080");

    /// <summary>
    /// Null when it is turned off, else <c>ASPNETCORE_URLS</c> (or <c>--urls</c>), http and loopback only, port 0 for a free
    /// one; <see cref="Default"/> when nothing is said.
    /// </summary>
    /// <exception cref="DistributedApplicationException">The setting makes no sense; the message names it.</exception>
    public static Uri? From(IConfiguration configuration)
    {
        if (configuration[EnabledSetting] is { } enabled)
        {
            if (!bool.TryParse(enabled, out var isEnabled)) throw new DistributedApplicationException($"{EnabledSetting} must be true or false, not '{enabled}'.");
            if (!isEnabled) return null;
        }

        var text = configuration["urls"] ?? configuration["ASPNETCORE_URLS"];
        if (string.IsNullOrWhiteSpace(text)) return Default;
        var first = text.Split(';', StringSplitOptions.TrimEntries)[0];
        return Uri.TryCreate(first, UriKind.Absolute, out var address) && address.IsLoopback && address.Scheme == Uri.UriSchemeHttp
            ? address
            : throw new DistributedApplicationException($"ASPNETCORE_URLS of the AppHost is where its dashboard is: http://localhost:{{port}}, not '{first}'.");
    }
}
