using Microsoft.Extensions.Options;

namespace PipelineAspire.Web.Proxy;

/// <summary>Where StatusStream.Api is, and how long an answer of it may pause. Section <c>StatusStreamApi</c>.</summary>
public sealed class StatusStreamApiOptions
{
    public const string Section = "StatusStreamApi";

    /// <summary>
    /// Absolute http or https address; a path in it is kept. Default <c>http://statusstream</c>. When configuration has
    /// <c>services:{host}:{scheme}</c> the replicas listed there are used, else this address itself.
    /// </summary>
    public string BaseUrl { get; set; } = "http://statusstream";

    /// <summary>
    /// A proxied answer without a byte for so long is cut off. 1 s to 1 day, default 1 h: far longer than any heartbeat
    /// interval, since a browser notices silence by itself, and much sooner.
    /// </summary>
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromHours(1);
}

internal sealed class StatusStreamApiOptionsValidator : IValidateOptions<StatusStreamApiOptions>
{
    public ValidateOptionsResult Validate(string? name, StatusStreamApiOptions options)
    {
        var problems = new List<string>();
        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            problems.Add($"StatusStreamApi:BaseUrl must be an absolute http or https address, not '{options.BaseUrl}'.");
        else if (address.Query.Length > 0 || address.Fragment.Length > 0)
            problems.Add($"StatusStreamApi:BaseUrl must have neither a query nor a fragment: '{options.BaseUrl}'.");
        if (options.ActivityTimeout < TimeSpan.FromSeconds(1) || options.ActivityTimeout > TimeSpan.FromDays(1))
            problems.Add($"StatusStreamApi:ActivityTimeout must be between 00:00:01 and 1.00:00:00, not {options.ActivityTimeout}.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
