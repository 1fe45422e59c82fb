namespace PipelineAspire.Benchmarks;

/// <summary>Something kept a scenario from being measured; the message says what, for whoever started it.</summary>
internal sealed class BenchmarkException(string message, Exception? inner = null) : Exception(message, inner);
