using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.StatusStream.Sharing.Tests.InProcess;

/// <summary>What a replica logged, and when, for whoever has to find out why a test failed.</summary>
internal sealed class LogRecorder(string replica) : ILoggerProvider
{
    private readonly ConcurrentQueue<(long At, string Line)> _lines = new();

    /// <summary>What it logged from a moment on, in seconds after that.</summary>
    public IEnumerable<string> Since(long moment) => _lines.Where(line => line.At >= moment)
        .Select(line =>
            string.Create(CultureInfo.InvariantCulture, $"{replica} {TimeProvider.System.GetElapsedTime(moment, line.At).TotalSeconds:0.0} s: {line.Line}"));

    /// <summary>How many of its lines contain the text.</summary>
    public int Count(string text) => _lines.Count(line => line.Line.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Recorder(LogRecorder log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._lines.Enqueue((Bounded.Now, $"{logLevel} {formatter(state, exception)} {exception}"));
    }
}
