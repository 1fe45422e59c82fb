namespace Aspire.Hosting.ApplicationModel;

/// <summary>From what a command's state is told.</summary>
public sealed class UpdateCommandStateContext
{
    public required CustomResourceSnapshot ResourceSnapshot { get; init; }

    public required IServiceProvider ServiceProvider { get; init; }
}
