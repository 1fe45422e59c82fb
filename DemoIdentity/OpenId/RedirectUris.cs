using Microsoft.Extensions.Options;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>Where browsers may be sent: to what is configured, or else to this machine.</summary>
internal sealed class RedirectUris(IOptions<DemoIdentityOptions> options)
{
    private readonly HashSet<string> _uris = [.. options.Value.RedirectUris];
    private readonly HashSet<string> _origins = [.. options.Value.RedirectUris.Select(OriginOf)];

    /// <summary>The address when a code may be brought there, else null.</summary>
    public RedirectTarget? FindForCode(string? uri) =>
        RedirectTarget.TryParse(uri, out var target) && (_uris.Count == 0 ? target.IsThisMachine : _uris.Contains(uri!)) ? target : null;

    /// <summary>The address when who has signed out may be sent there, else null.</summary>
    public RedirectTarget? FindForSignedOut(string? uri) =>
        RedirectTarget.TryParse(uri, out var target) && (_uris.Count == 0 ? target.IsThisMachine : _origins.Contains(target.Origin)) ? target : null;

    private static string OriginOf(string uri) => RedirectTarget.TryParse(uri, out var target) ? target.Origin : uri;
}
