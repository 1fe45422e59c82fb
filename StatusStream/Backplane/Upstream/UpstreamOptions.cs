using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>The hub whose streams this one passes on. Section <c>StatusStream</c>.</summary>
public sealed class UpstreamOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream";

    /// <summary>
    /// Absolute http or https address of another hub; a path in it is kept. Default none: the backend is polled here. When configuration
    /// has <c>services:{host}:{scheme}</c>, the replicas listed there are used, else this address itself.
    /// </summary>
    public string? Upstream { get; set; }

    /// <summary>
    /// The bearer token that this hub presents to that one, which must let it see whatever its own clients may see. Never logged. Default
    /// none. It may be replaced while the hub runs.
    /// </summary>
    public string? UpstreamToken { get; set; }

    /// <summary>The key that notifications of this hub's own carry: that of all hubs of a tree, by which this one is notified, too. Default none.</summary>
    public string? NotifyKey { get; set; }

    /// <summary>What that hub is mapped at, below its address. Default <c>/ui-api/pipeline</c>.</summary>
    public string UpstreamPrefix { get; set; } = "/ui-api/pipeline";
}

internal sealed class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>
{
    private const string Setting = UpstreamOptions.Section + ":" + nameof(UpstreamOptions.Upstream);

    public ValidateOptionsResult Validate(string? name, UpstreamOptions options)
    {
        if (Uri.TryCreate(options.Upstream, UriKind.Absolute, out var address) && address.UserInfo.Length > 0)
            return ValidateOptionsResult.Fail($"{Setting} must not have credentials, which nobody would read: set {Setting}Token.");
        if (address is null || address.Scheme is not ("http" or "https"))
            return ValidateOptionsResult.Fail($"{Setting} must be an absolute http or https address, not '{ShownAddress.Of(options.Upstream)}'.");
        if (options.UpstreamToken?.AsSpan().ContainsAnyExceptInRange('!', '~') == true)
            return ValidateOptionsResult.Fail($"{Setting}Token must be a bearer token: visible ASCII characters without spaces.");
        if (options.UpstreamPrefix.AsSpan().ContainsAny("?#:"))
            return ValidateOptionsResult.Fail($"{Setting}Prefix must be a path, such as /ui-api/pipeline, not '{options.UpstreamPrefix}'.");
        return address.Query.Length > 0 || address.Fragment.Length > 0
            ? ValidateOptionsResult.Fail($"{Setting} must have neither a query nor a fragment: '{ShownAddress.Of(options.Upstream)}'.")
            : ValidateOptionsResult.Success;
    }
}
