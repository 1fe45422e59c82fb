using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary>
/// The streams of this replica that may be changed, by their handles. A handle names its replica and a number that nobody can guess, so
/// that whichever replica a watch request comes to can pass it on, and nobody changes the stream of another.
/// </summary>
internal sealed class WatchedStreams
{
    private const int SecretBytes = 16;

    private readonly ConcurrentDictionary<string, WatchedStream> _streams = new(StringComparer.Ordinal);
    private readonly IReplicaMessenger _replicas;
    private readonly WatchServices _services;

    public WatchedStreams(IReplicaMessenger replicas, WatchServices services)
    {
        (_replicas, _services) = (replicas, services);
        replicas.AnswerWith(Answer);
    }

    /// <summary>How many streams there are.</summary>
    public int Count => _streams.Count;

    /// <summary>All of them, as they are now.</summary>
    public ICollection<WatchedStream> All => _streams.Values;

    /// <summary>Gives a stream a handle, by which it may be changed until it is closed.</summary>
    /// <param name="subscription">What it watches.</param>
    /// <param name="viewer">Whose limits count, and whose rights.</param>
    /// <param name="seen">What the client had seen when it came.</param>
    /// <param name="abort">Breaks the connection.</param>
    public WatchedStream Open(StatusSubscription subscription, Viewer viewer, StatusVersion? seen, Action abort)
    {
        var handle = $"{_replicas.Address}.{WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(SecretBytes))}";
        return _streams[handle] = new WatchedStream(handle, subscription, viewer, seen, abort, _services);
    }

    /// <summary>A stream is over: nothing is changed any more when this returns.</summary>
    public ValueTask CloseAsync(WatchedStream stream)
    {
        _streams.TryRemove(stream.Handle, out _);
        return stream.DisposeAsync();
    }

    /// <summary>Changes a stream, wherever it is.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">The same as it came.</param>
    /// <param name="viewer">Who asks.</param>
    /// <param name="cancellationToken">Whoever asked has left.</param>
    public async ValueTask<WatchAnswer> ChangeAsync(WatchRequest request, ReadOnlyMemory<byte> body, Viewer viewer, CancellationToken cancellationToken)
    {
        if (_streams.TryGetValue(request.Stream, out var stream)) return stream.Accept(request, viewer);
        if (AddressOf(request.Stream) is not { } address || address == _replicas.Address) return WatchAnswer.NoSuchStream;
        return await _replicas.AskAsync(address, WatchEnvelope.Write(body, viewer), cancellationToken) is { } answer ? WatchAnswer.Read(answer) : WatchAnswer.NoSuchStream;
    }

    private static string? AddressOf(string handle) =>
        handle.IndexOf('.', StringComparison.Ordinal) is > 0 and var end && ReplicaAddress.IsValid(handle.AsSpan(0, end)) ? handle[..end] : null;

    private byte[] Answer(ReadOnlyMemory<byte> message) =>
        (WatchEnvelope.TryRead(message, out var body, out var viewer)
            && WatchRequest.TryRead(body.Span, out var request, out _)
            && _streams.TryGetValue(request.Stream, out var stream)
            ? stream.Accept(request, viewer)
            : WatchAnswer.NoSuchStream).Write();
}
