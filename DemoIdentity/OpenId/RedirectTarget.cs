using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>An address that a browser can be sent to. It is sent to what was checked, not to the text that it came as.</summary>
internal sealed class RedirectTarget
{
    private readonly Uri _uri;

    private RedirectTarget(Uri uri) => _uri = uri;

    /// <summary>Host and port, as a person reads them.</summary>
    public string Host => _uri.Authority;

    /// <summary>The origin.</summary>
    public string Origin => _uri.GetLeftPart(UriPartial.Authority);

    /// <summary>The origin as a source of a Content-Security-Policy, which knows no addresses of IPv6: there it is the scheme alone.</summary>
    public string Source => _uri.HostNameType == UriHostNameType.IPv6 ? $"{_uri.Scheme}:" : Origin;

    /// <summary>True for this machine.</summary>
    public bool IsThisMachine => IPAddress.TryParse(_uri.DnsSafeHost, out var address)
        ? IPAddress.IsLoopback(address)
        : _uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || _uri.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes http and https without user, fragment, and what browsers and .NET read differently.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedirectTarget? target)
    {
        var isGood = Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length == 0
            && !text!.Any(static letter => letter is '\\' or '#' or <= ' ' or >= '\x7f');
        target = isGood ? new RedirectTarget(uri!) : null;
        return isGood;
    }

    /// <summary>The address with parameters added; those without a value are left out.</summary>
    public string With(params IEnumerable<(string Name, string? Value)> parameters) => QueryHelpers.AddQueryString(
        _uri.AbsoluteUri,
        parameters.Where(static parameter => parameter.Value is not null).Select(static parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
}
