using Microsoft.Extensions.Options;

namespace PipelineAspire.Web.BrowserClient;

/// <summary>Where people sign in. Section <c>SignIn</c>.</summary>
public sealed class SignInOptions
{
    public const string Section = "SignIn";

    /// <summary>
    /// Path on this origin that signs people in, and leads back to the path that its query names as <c>returnUrl</c>. Default none: pages ask people
    /// to sign in, and do not say where.
    /// </summary>
    public string? Url { get; set; }
}

internal sealed class SignInOptionsValidator : IValidateOptions<SignInOptions>
{
    /// <summary>A page's link is to lead nowhere else, nor to have a query already.</summary>
    public ValidateOptionsResult Validate(string? name, SignInOptions options) =>
        options.Url is null || (options.Url.StartsWith('/') && !options.Url.AsSpan(1).StartsWith('/') && !options.Url.AsSpan().ContainsAny('?', '#', '\\'))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"SignIn:Url must be a path on this origin, without a query, not '{options.Url}'.");
}
