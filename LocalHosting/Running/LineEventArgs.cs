namespace PipelineAspire.LocalHosting.Running;

/// <summary>A line that a process wrote, without its line end.</summary>
internal sealed class LineEventArgs(string line) : EventArgs
{
    public string Line => line;
}
