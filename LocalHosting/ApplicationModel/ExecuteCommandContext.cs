namespace Aspire.Hosting.ApplicationModel;

/// <summary>For what a command is run.</summary>
public sealed class ExecuteCommandContext
{
    public required IServiceProvider ServiceProvider { get; init; }

    /// <summary>The id of the replica, <c>api-0</c> say; the resource's name where there is one only.</summary>
    public required string ResourceName { get; init; }

    public required CancellationToken CancellationToken { get; init; }
}
