using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>
/// A server whose streams hang: they stay open and not one byte more is sent; then they go on from where they were, without
/// loss.
/// </summary>
internal sealed class InjectedStreamHang(TimeProvider timeProvider) : InjectedHang(timeProvider);
