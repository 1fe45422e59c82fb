namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>What goes wrong with a Redis, and how it is put right.</summary>
/// <param name="Name">What it is called in the matrix.</param>
/// <param name="BeginAsync">Brings it about.</param>
internal sealed record Trouble(string Name, Func<Scene, Task> BeginAsync)
{
    private const string LastingVariable = "REFUSAL_SECONDS";

    /// <summary>How long each lasts: 30 s, or what the environment says.</summary>
    public static readonly TimeSpan Lasting = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable(LastingVariable), System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : 30);

    /// <summary>Puts it right, where it does not end by itself.</summary>
    public Func<Scene, Task> EndAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>What is done again and again while it lasts.</summary>
    public Func<Scene, Task>? AgainAsync { get; init; }

    /// <summary>How often that is done.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>True when it is there before the replicas are.</summary>
    public bool IsFromTheStart { get; init; }

    /// <summary>What the server is started with; the folder of the scene takes the place of <c>{folder}</c>.</summary>
    public IReadOnlyList<string> ServerArguments { get; init; } = [];

    /// <summary>Whether there is a second server, which follows the first, and whether the replicas know of it.</summary>
    public Spare Spare { get; init; }
}

/// <summary>A second redis-server.</summary>
internal enum Spare
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It has the data, and no replica knows it.</summary>
    Unknown,

    /// <summary>The connection string names it too.</summary>
    Named,
}
