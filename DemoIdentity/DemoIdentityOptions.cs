namespace PipelineAspire.DemoIdentity;

/// <summary>Section <c>DemoIdentity</c>. A value that makes no sense stops the start with a message that names it.</summary>
public sealed class DemoIdentityOptions
{
    public const string Section = "DemoIdentity";

    /// <summary>True to start outside Development, too. Default false: here anybody signs in as anybody.</summary>
    public bool Anywhere { get; set; }

    /// <summary>What tokens say who made them, an http or https address. Default: the address at which this was asked.</summary>
    public string? Issuer { get; set; }

    /// <summary>The client that signs people in. Default <c>web</c>.</summary>
    public string ClientId { get; set; } = "web";

    /// <summary>Its secret, which opens <c>/rights/{sub}</c>, too. No default but in Development: <c>demo-secret</c>.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>The client that gets tokens of its own. Default <c>web-service</c>.</summary>
    public string ServiceClientId { get; set; } = "web-service";

    /// <summary>Its secret. No default but in Development: <c>demo-service-secret</c>.</summary>
    public string ServiceClientSecret { get; set; } = "";

    /// <summary>Whom access tokens are for. Default <c>statusstream</c>.</summary>
    public string Audience { get; set; } = "statusstream";

    /// <summary>
    /// Where a browser may be sent back to with a code, each compared to the letter; after signing out, to their origins. Default none, which
    /// is any http or https address of this machine (<c>localhost</c>, <c>*.localhost</c>, <c>127.0.0.0/8</c>, <c>[::1]</c>).
    /// </summary>
    public IList<string> RedirectUris { get; } = [];

    /// <summary>The <c>sub</c> of who is signed in without being asked. Default none; <c>prompt=login</c> asks all the same.</summary>
    public string? AutoSignIn { get; set; }

    /// <summary>How long the tokens of people are good. 1 second to 1 day, default 1 hour.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Who can be signed in. Default Ada, who may see every pipeline, and Ben, who may see half of those of the demo.</summary>
    public IList<PersonOptions> People { get; } = [];
}

/// <summary>Section <c>DemoIdentity:People:{n}</c>.</summary>
public sealed class PersonOptions
{
    /// <summary>1 to 64 of <c>A-Z a-z 0-9 . _ -</c>, once among the people.</summary>
    public string Sub { get; set; } = "";

    /// <summary>As the person is called on the page. Default: the <see cref="Sub"/>.</summary>
    public string? Name { get; set; }

    /// <summary>Ids of pipelines, or beginnings of ids with a <c>*</c> behind. Default none.</summary>
    public IList<string> Pipelines { get; } = [];
}
