namespace PipelineAspire.Benchmarks.Reporting;

/// <summary>Says what goes on while it goes on, away from the results.</summary>
internal sealed class Progress(TextWriter output)
{
    public void Say(string what) => output.WriteLine($"  {what}");
}
