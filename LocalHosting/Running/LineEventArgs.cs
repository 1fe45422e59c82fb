namespace PipelineAspire.LocalHosting.Running;

/// <summary>A line that a process wrote, without its line end.</summary>
internal sealed class LineEventArgs(string line, long number) : EventArgs
{
    public string Line => line;

    /// <summary>Counted from 1 over all runs of the replica.</summary>
    public long Number => number;
}
