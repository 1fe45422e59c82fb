using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Forwarding;

/// <summary>Whose word is taken for a client's address: section <c>ForwardedHeaders</c>. By default nobody's.</summary>
internal sealed class ForwardedHeadersSettings
{
    public const string Section = "ForwardedHeaders";

    /// <summary>Addresses of proxies whose <c>X-Forwarded-For</c> is believed. Default none.</summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>Networks of such proxies, as <c>10.1.0.0/16</c>. Default none.</summary>
    public IList<string> KnownNetworks { get; } = [];

    internal bool NamesAny => KnownProxies.Count + KnownNetworks.Count > 0;
}

internal sealed class ForwardedHeadersSettingsValidator : IValidateOptions<ForwardedHeadersSettings>
{
    public ValidateOptionsResult Validate(string? name, ForwardedHeadersSettings options)
    {
        var failures = Wrong(options.KnownProxies, nameof(options.KnownProxies), "an IP address", IsAddress)
            .Concat(Wrong(options.KnownNetworks, nameof(options.KnownNetworks), "a network such as 10.1.0.0/16 or fd00::/8", IsNetwork))
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Wrong(IList<string> values, string setting, string expected, Predicate<string> isRight) =>
        values.Index().Where(value => !isRight(value.Item))
            .Select(value => $"{ForwardedHeadersSettings.Section}:{setting}:{value.Index} must be {expected}, not '{value.Item}'.");

    /// <summary>Whole: 10.1 would be 10.0.0.1.</summary>
    private static bool IsAddress(string value) =>
        IPAddress.TryParse(value, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == value);

    private static bool IsNetwork(string value) => IPNetwork.TryParse(value, out _);
}
