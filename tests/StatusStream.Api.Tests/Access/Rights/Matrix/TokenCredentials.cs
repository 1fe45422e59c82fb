namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>Bearer tokens.</summary>
internal sealed class TokenCredentials(Tokens tokens) : ICredentials
{
    public (string Name, string Value) Header(string credentials) => ("Authorization", $"Bearer {credentials}");

    public string Of(string subject, params string[] pipelines) => tokens.Of(subject, pipelines);

    public string Flawed(Flaw flaw, string subject, params string[] pipelines) => flaw switch
    {
        Flaw.Nonsense => "nonsense",
        Flaw.Expired => tokens.Of(subject, pipelines, TimeSpan.FromSeconds(-10)),
        Flaw.OfAnotherAudience => tokens.Of(subject, pipelines, audience: "http://elsewhere"),
        Flaw.OfAnotherKey => new Tokens().Of(subject, pipelines),
        Flaw.Unsigned => tokens.Unsigned(subject, pipelines),
        _ => tokens.Of(subject, pipelines),
    };
}
