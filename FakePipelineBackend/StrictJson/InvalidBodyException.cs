namespace PipelineAspire.FakePipelineBackend.StrictJson;

/// <summary>The body of a request is not what it must be; the message tells the sender which part of it and why.</summary>
public sealed class InvalidBodyException : Exception
{
    public InvalidBodyException()
    {
    }

    public InvalidBodyException(string message)
        : base(message)
    {
    }

    public InvalidBodyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
