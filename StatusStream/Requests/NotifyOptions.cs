using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Requests;

/// <summary>Who may notify: section <c>StatusStream</c>.</summary>
public sealed class NotifyOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream";

    /// <summary>The bearer token that notify needs. Default none: anybody who reaches it may.</summary>
    public string? NotifyKey { get; set; }
}

internal sealed class NotifyOptionsValidator : IValidateOptions<NotifyOptions>
{
    public ValidateOptionsResult Validate(string? name, NotifyOptions options) =>
        options.NotifyKey is { } key && (string.IsNullOrWhiteSpace(key) || key.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            ? ValidateOptionsResult.Fail($"{NotifyOptions.Section}:NotifyKey must not be empty or contain white space; leave it out to need no key.")
            : ValidateOptionsResult.Success;
}
