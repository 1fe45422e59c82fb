using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.Web.Demo;

/// <summary>Where the demos find the fake backend. Section <c>PipelineBackend</c>, as for StatusStream.Api.</summary>
public sealed class DemoOptions
{
    public const string Section = "PipelineBackend";

    /// <summary>
    /// Absolute http or https address. Default <c>http://backend</c>, for which configuration has
    /// <c>services:backend:http:0</c>. A backend without <c>/control</c> leaves the demos of it without effect.
    /// </summary>
    public string BaseUrl { get; set; } = "http://backend";
}

internal sealed class DemoOptionsValidator : IValidateOptions<DemoOptions>
{
    public ValidateOptionsResult Validate(string? name, DemoOptions options) =>
        Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"PipelineBackend:BaseUrl must be an absolute http or https address, not '{ShownAddress.Of(options.BaseUrl)}'.");
}
