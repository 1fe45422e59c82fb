namespace PipelineAspire.StatusStream.Streaming;

/// <summary>A client did not read for longer than is borne with.</summary>
internal sealed class SlowClientException : Exception;
