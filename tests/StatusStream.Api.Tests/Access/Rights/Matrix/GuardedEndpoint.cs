namespace PipelineAspire.StatusStream.Tests.Access.Rights.Matrix;

/// <summary>Whom an endpoint answers.</summary>
internal enum Audience
{
    /// <summary>Those who may see the pipeline.</summary>
    WhoMaySee,

    /// <summary>Everybody who is signed in: it tells of no pipeline.</summary>
    WhoIsSignedIn,

    /// <summary>Whose stream it is.</summary>
    WhoseStreamItIs,

    /// <summary>The backend.</summary>
    TheBackend,

    /// <summary>Nobody: it is not there.</summary>
    Nobody,
}

/// <summary>What becomes of a request.</summary>
internal enum Verdict
{
    /// <summary>401: who asks has no credentials for it.</summary>
    Refused,

    /// <summary>The same as what does not exist.</summary>
    AsNothing,

    /// <summary>It succeeds.</summary>
    Told,
}

/// <summary>Somebody asks.</summary>
/// <param name="Host">Where.</param>
/// <param name="Caller">Who.</param>
/// <param name="Owner">Whose stream it is that is asked about.</param>
internal sealed record Visit(GuardedHost Host, Caller Caller, Caller Owner);

/// <summary>A row of the matrix.</summary>
/// <param name="Name">Says what is asked for, and how.</param>
/// <param name="Audience">Whom it answers.</param>
/// <param name="Routes">Where it is mapped, with its methods: another one in a relay, perhaps.</param>
/// <param name="AskAsync">Asks about a pipeline.</param>
/// <param name="IsTold">True for the answer to who may see the pipeline.</param>
internal sealed record GuardedEndpoint(
    string Name, Audience Audience, string[] Routes, Func<Visit, string, Task<Answer>> AskAsync, Func<Answer, bool> IsTold)
{
    /// <summary>Asks as if the pipeline that there is did not exist; null where another id does as well.</summary>
    public Func<Visit, Task<Answer>>? AskOfNothingAsync { get; init; }

    /// <summary>Opens it; null for what is no stream.</summary>
    public Func<GuardedHost, Caller, string, Task<OpenStream>>? OpenAsync { get; init; }

    /// <summary>What becomes of a request of somebody's.</summary>
    public Verdict Of(Standing standing) => (Audience, standing) switch
    {
        (Audience.Nobody, _) => Verdict.AsNothing,
        (Audience.TheBackend, Standing.Backend) => Verdict.Told,
        (Audience.TheBackend, _) or (_, Standing.Nobody or Standing.Backend) => Verdict.Refused,
        (_, Standing.RightPerson) or (Audience.WhoIsSignedIn, _) => Verdict.Told,
        (Audience.WhoseStreamItIs, Standing.RightWithdrawn) => Verdict.Told,
        _ => Verdict.AsNothing,
    };

    /// <summary>A stream, read until it has told of the pipeline.</summary>
    public static GuardedEndpoint Stream(string name, Func<GuardedHost, Caller, string, Task<OpenStream>> open) => new(
        name, Audience.WhoMaySee, ["GET /ui-api/pipeline/status/stream"],
        async (visit, id) =>
        {
            using var stream = await open(visit.Host, visit.Caller, id);
            return stream.IsOpen ? stream.Head with { Body = string.Concat(await stream.UntilAsync(text => Names(text, id) || IsPartial(text))) } : stream.Head;
        },
        static answer => answer.Tells("\"active\"") || IsPartial(answer.Body))
    {
        OpenAsync = open,
    };

    /// <summary>True for an event about a pipeline.</summary>
    public static bool Names(string text, string pipelineId) => text.Contains($"\"pipelineId\":\"{pipelineId}\"", StringComparison.Ordinal);

    /// <summary>True for a batch that says: what you know is so still.</summary>
    private static bool IsPartial(string text) => text.Contains("\"partial\":true", StringComparison.Ordinal);
}
