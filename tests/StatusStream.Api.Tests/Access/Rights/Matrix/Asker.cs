namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>What somebody may expect who asks.</summary>
internal enum Standing
{
    /// <summary>Nobody: the credentials are none, or bad.</summary>
    Nobody,

    /// <summary>The backend, by the key of notifications.</summary>
    Backend,

    /// <summary>A person who may see other pipelines.</summary>
    OtherPerson,

    /// <summary>The person who may see this one.</summary>
    RightPerson,

    /// <summary>A person who might see it until just now.</summary>
    RightWithdrawn,
}

/// <summary>Who says which pipelines a person may see.</summary>
internal enum Decider
{
    /// <summary>The person's credentials.</summary>
    Claims,

    /// <summary>The host.</summary>
    Authorizer,
}

/// <summary>A column of the matrix: who asks, and how the host knows.</summary>
/// <param name="Standing">What they may expect.</param>
/// <param name="Decider">Who says what they may see.</param>
/// <param name="Flaw">What is wrong with their credentials.</param>
internal sealed record Asker(Standing Standing, Decider Decider = Decider.Claims, Flaw? Flaw = null)
{
    /// <summary>All columns.</summary>
    public static readonly IReadOnlyList<Asker> All =
    [
        .. Enum.GetValues<Flaw>().Select(flaw => new Asker(Standing.Nobody, Flaw: flaw)),
        new(Standing.Backend),
        .. from decider in Enum.GetValues<Decider>()
           from standing in new[] { Standing.OtherPerson, Standing.RightPerson, Standing.RightWithdrawn }
           select new Asker(standing, decider),
    ];

    public string Name => Standing > Standing.Backend ? $"{Standing} by {Decider}" : $"{Standing} {Flaw}".TrimEnd();
}
