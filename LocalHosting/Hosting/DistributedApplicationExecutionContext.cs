namespace Aspire.Hosting;

/// <summary>Whether the application is run or published. LocalHosting only runs it.</summary>
public class DistributedApplicationExecutionContext
{
    internal DistributedApplicationExecutionContext()
    {
    }

    public bool IsRunMode { get; } = true;

    public bool IsPublishMode { get; }
}
