namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states a resource can be in; the names are Aspire's.</summary>
public static class KnownResourceStates
{
    public static readonly string NotStarted = nameof(NotStarted);
    public static readonly string Waiting = nameof(Waiting);
    public static readonly string Starting = nameof(Starting);
    public static readonly string Running = nameof(Running);
    public static readonly string Stopping = nameof(Stopping);
    public static readonly string Exited = nameof(Exited);
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>Aspire's for a project whose process has ended; LocalHosting says <see cref="Exited"/> of all.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>The states in which nothing runs.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}
