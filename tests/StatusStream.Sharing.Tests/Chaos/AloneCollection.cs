namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Scenarios whose times count, each with a system of its own: nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
