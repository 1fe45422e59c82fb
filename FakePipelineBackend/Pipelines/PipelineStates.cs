namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>The values of <c>overall_status</c> that the lifecycle itself uses; control may set any other.</summary>
public static class PipelineStates
{
    public const string Running = "Running";
    public const string Stopping = "Stopping";
    public const string Stopped = "Stopped";
    public const string Terminating = "Terminating";
    public const string Resuming = "Resuming";
    public const string Pausing = "Pausing";
    public const string Paused = "Paused";
}
