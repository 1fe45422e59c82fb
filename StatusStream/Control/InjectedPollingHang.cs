using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Control;

/// <summary>A poll loop that stands still as if in a debugger.</summary>
internal sealed class InjectedPollingHang(TimeProvider timeProvider) : InjectedHang(timeProvider);
