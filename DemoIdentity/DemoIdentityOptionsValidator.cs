using System.Buffers;
using Microsoft.Extensions.Options;

namespace PipelineAspire.DemoIdentity;

internal sealed class DemoIdentityOptionsValidator(IHostEnvironment environment) : IValidateOptions<DemoIdentityOptions>
{
    private const string Section = DemoIdentityOptions.Section;
    private const int LongestSub = 64;
    private const int LongestPipeline = 128;

    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public ValidateOptionsResult Validate(string? name, DemoIdentityOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Failures(DemoIdentityOptions options)
    {
        if (!environment.IsDevelopment() && !options.Anywhere)
        {
            yield return $"DemoIdentity signs anybody in as anybody, and the environment is {environment.EnvironmentName}. " +
                $"It starts in Development; {Section}:{nameof(options.Anywhere)}=true starts it here all the same.";
        }

        if (options.ClientId.Length == 0) yield return $"{Section}:{nameof(options.ClientId)} must not be empty.";
        if (options.ServiceClientId.Length == 0 || options.ServiceClientId == options.ClientId)
            yield return $"{Section}:{nameof(options.ServiceClientId)} must be an id of its own, not '{options.ServiceClientId}'.";
        if (options.ClientSecret.Length == 0) yield return $"{Section}:{nameof(options.ClientSecret)} is missing.";
        if (options.ServiceClientSecret.Length == 0) yield return $"{Section}:{nameof(options.ServiceClientSecret)} is missing.";
        if (options.Audience.Length == 0 || options.Audience == options.ClientId)
        {
            yield return $"{Section}:{nameof(options.Audience)} must not be empty and not be the {nameof(options.ClientId)}: " +
                "who takes access tokens must not take what says who somebody is.";
        }

        if (options.Issuer is { } issuer && !IsWebAddress(issuer))
            yield return $"{Section}:{nameof(options.Issuer)} must be an http or https address without query and fragment, not '{issuer}'.";
        for (var i = 0; i < options.RedirectUris.Count; i++)
        {
            if (!OpenId.RedirectTarget.TryParse(options.RedirectUris[i], out _))
                yield return $"{Section}:{nameof(options.RedirectUris)}:{i} must be an http or https address without fragment, not '{options.RedirectUris[i]}'.";
        }

        if (options.TokenLifetime < ShortestLifetime || options.TokenLifetime > LongestLifetime)
        {
            yield return $"{Section}:{nameof(options.TokenLifetime)} is {options.TokenLifetime}; " +
                $"it must be between {ShortestLifetime} and {LongestLifetime}.";
        }

        if (options.AutoSignIn is { Length: > 0 } sub && options.People.All(person => person.Sub != sub))
            yield return $"{Section}:{nameof(options.AutoSignIn)} is '{sub}', whom {Section}:{nameof(options.People)} does not know.";
        foreach (var failure in FailuresOf(options.People)) yield return failure;
    }

    private static IEnumerable<string> FailuresOf(IList<PersonOptions> people)
    {
        for (var i = 0; i < people.Count; i++)
        {
            var (person, path) = (people[i], $"{Section}:{nameof(DemoIdentityOptions.People)}:{i}");
            if (!IsId(person.Sub, LongestSub) || people.Take(i).Any(other => other.Sub == person.Sub))
                yield return $"{path}:{nameof(person.Sub)} is '{person.Sub}'; it must be 1 to {LongestSub} of A-Z a-z 0-9 . _ -, and no other person's.";
            foreach (var pipeline in person.Pipelines.Where(static pipeline => !IsRight(pipeline)))
                yield return $"{path}:{nameof(person.Pipelines)} has '{pipeline}'; it must be the id of a pipeline, or the beginning of ids with a * behind.";
        }
    }

    private static bool IsRight(string text) => text == "*" || IsId(text.EndsWith('*') ? text[..^1] : text, LongestPipeline);

    private static bool IsId(string text, int longest) => text.Length > 0 && text.Length <= longest && !text.AsSpan().ContainsAnyExcept(IdCharacters);

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0 && uri.Fragment.Length == 0;
}
