namespace PipelineAspire.StatusStream.Backplane;

/// <summary>What the replicas share could not be reached, or refused what it was asked.</summary>
internal class BackplaneException(string message, Exception? inner = null) : Exception(message, inner);
