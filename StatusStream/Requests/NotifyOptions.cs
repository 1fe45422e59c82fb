using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.StatusStream.Requests;

/// <summary>Who may notify: section <c>StatusStream</c>.</summary>
public sealed class NotifyOptions
{
    /// <summary>The section of the configuration that the options are bound to.</summary>
    public const string Section = "StatusStream";

    /// <summary>
    /// The bearer token that notify needs. Default none: anybody who reaches it may, and a relay, which anybody reaches, has no notify. A relay
    /// asks for the key itself, and passes it on: the hub upstream has the same one, or none.
    /// </summary>
    public string? NotifyKey { get; set; }
}

internal sealed class NotifyOptionsValidator : IValidateOptions<NotifyOptions>
{
    public ValidateOptionsResult Validate(string? name, NotifyOptions options) =>
        BearerKey.ProblemOf($"{NotifyOptions.Section}:{nameof(NotifyOptions.NotifyKey)}", options.NotifyKey) is { } problem
            ? ValidateOptionsResult.Fail(problem)
            : ValidateOptionsResult.Success;
}
