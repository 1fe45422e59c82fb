namespace PipelineAspire.StatusStream.Backplane;

/// <summary>What became of an update.</summary>
internal enum PublishOutcome
{
    /// <summary>Refused: polling is somebody else's now.</summary>
    Refused,

    /// <summary>Stored, and told to every replica.</summary>
    Stored,

    /// <summary>Stored and told, but the shared state has lost records of other pipelines, which are to be stored anew.</summary>
    StoredWithGaps,
}
