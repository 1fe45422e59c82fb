namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>What is wrong with credentials.</summary>
internal enum Flaw
{
    /// <summary>There are none.</summary>
    Missing,

    /// <summary>They are nothing of the kind.</summary>
    Nonsense,

    /// <summary>They were good until a while ago.</summary>
    Expired,

    /// <summary>They are good somewhere else.</summary>
    OfAnotherAudience,

    /// <summary>Somebody else has made them.</summary>
    OfAnotherKey,

    /// <summary>Nobody has vouched for them.</summary>
    Unsigned,

    /// <summary>They are good, and stand where everybody on the way can read them.</summary>
    InTheUrl,
}

/// <summary>How people show who they are.</summary>
internal interface ICredentials
{
    /// <summary>The header that carries them.</summary>
    (string Name, string Value) Header(string credentials);

    /// <summary>Good credentials.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="pipelines">What their claim <c>pipelines</c> has.</param>
    string Of(string subject, params string[] pipelines);

    /// <summary>Credentials that would be good, were it not for this; what is missing or in the URL is no flaw of theirs.</summary>
    string Flawed(Flaw flaw, string subject, params string[] pipelines);
}
