namespace PipelineAspire.Benchmarks.CommandLine;

/// <summary>The command line makes no sense; the message says where.</summary>
internal sealed class CommandLineException(string message) : Exception(message);
