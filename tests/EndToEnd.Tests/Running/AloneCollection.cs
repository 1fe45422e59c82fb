namespace PipelineAspire.EndToEnd.Tests.Running;

/// <summary>Tests that measure how long processes take, each with processes of its own: nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
