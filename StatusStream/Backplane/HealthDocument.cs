namespace PipelineAspire.StatusStream.Backplane;

/// <summary>The backend's whole answer about a pipeline, for whoever asks for it.</summary>
/// <param name="PipelineId">The pipeline.</param>
/// <param name="Json">The answer, JSON in UTF-8; empty when nobody asks for it any more.</param>
internal readonly record struct HealthDocument(string PipelineId, ReadOnlyMemory<byte> Json);
