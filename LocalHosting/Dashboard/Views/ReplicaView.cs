namespace PipelineAspire.LocalHosting.Dashboard.Views;

/// <summary>A process as the dashboard shows it.</summary>
/// <param name="Name">Its own name.</param>
/// <param name="Kind">Project or Redis.</param>
/// <param name="State">One of Aspire's words, or Paused.</param>
/// <param name="Tone">How it goes, as a family of colours: good, moving, held, ended or broken.</param>
/// <param name="Detail">What is to be said about it.</param>
/// <param name="StartedAt">When the process that runs, or ran last, was started.</param>
/// <param name="ProcessId">Of the running one.</param>
/// <param name="ExitCode">Of the last one, once it has ended.</param>
/// <param name="Links">Where it can be opened.</param>
/// <param name="Commands">What can be done to it.</param>
public sealed record ReplicaView(
    string Name,
    string Kind,
    string State,
    string Tone,
    string? Detail,
    DateTimeOffset? StartedAt,
    int? ProcessId,
    int? ExitCode,
    IReadOnlyList<LinkView> Links,
    IReadOnlyList<CommandView> Commands)
{
    public string Path => $"/replicas/{Name}";
}

/// <summary>An address, and whether a browser can open it.</summary>
public sealed record LinkView(string Url, string Text, bool IsWeb);

/// <summary>A button.</summary>
/// <param name="Target">The replica or resource it is for.</param>
/// <param name="Name">The command's.</param>
/// <param name="DisplayName">On the button.</param>
/// <param name="Description">What it does.</param>
/// <param name="Confirmation">To be asked first.</param>
/// <param name="IsEnabled">Whether it can be run now.</param>
/// <param name="IsHighlighted">Whether it is shown before the others.</param>
public sealed record CommandView(
    string Target, string Name, string DisplayName, string? Description, string? Confirmation, bool IsEnabled, bool IsHighlighted)
{
    public string Action => $"/commands/{Target}/{Name}";
}

/// <summary>A variable of a process.</summary>
public sealed record VariableView(string Name, string Value, bool IsSecret);

/// <summary>A line of a console.</summary>
public sealed record LineView(long Number, string Text);

/// <summary>What became of a command.</summary>
public sealed record ResultView(DateTimeOffset At, string Target, string Command, bool Success, string? Message);
