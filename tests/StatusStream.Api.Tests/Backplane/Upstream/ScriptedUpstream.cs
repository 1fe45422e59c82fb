using PipelineAspire.StatusStream.Backplane.Upstream;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>Another hub that says what the test says, and keeps what it was asked.</summary>
internal sealed class ScriptedUpstream : IUpstream
{
    /// <summary>Why no stream is given; null when one is.</summary>
    public string? Refusal { get; set; }

    /// <summary>The streams that were given, and those that were asked for in vain.</summary>
    public List<ScriptedUpstreamStream> Streams { get; } = [];

    public int Refused { get; private set; }

    /// <summary>The stream that was given last.</summary>
    public ScriptedUpstreamStream Stream => Streams[^1];

    public Task<IUpstreamStream> OpenAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        if (Refusal is not null)
        {
            Refused++;
            throw new UpstreamException(Refusal);
        }

        Streams.Add(new ScriptedUpstreamStream(request));
        return Task.FromResult<IUpstreamStream>(Stream);
    }

    public ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);
}

/// <summary>One of its streams.</summary>
internal sealed class ScriptedUpstreamStream(UpstreamRequest request) : IUpstreamStream
{
    private readonly Queue<UpstreamEvent?> _said = new();
    private TaskCompletionSource<UpstreamEvent?>? _waiting;

    /// <summary>What it was asked for.</summary>
    public UpstreamRequest Request { get; } = request;

    /// <summary>The changes that it was asked for.</summary>
    public List<UpstreamChange> Changes { get; } = [];

    /// <summary>What a change is answered.</summary>
    public Func<UpstreamChange, UpstreamAnswer> Answers { get; set; } = static _ => new UpstreamAnswer(UpstreamOutcome.Accepted);

    public bool IsClosed { get; private set; }

    public bool IsFailed { get; private set; }

    public void MarkFailed() => IsFailed = true;

    public void Say(params UpstreamEvent?[] said)
    {
        foreach (var it in said) _said.Enqueue(it);
        var waiting = _waiting;
        if (waiting is null) return;
        _waiting = null;
        waiting.SetResult(_said.Dequeue());
    }

    public ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellationToken)
    {
        if (_said.TryDequeue(out var said)) return ValueTask.FromResult(said);
        _waiting = new TaskCompletionSource<UpstreamEvent?>();
        return new ValueTask<UpstreamEvent?>(_waiting.Task);
    }

    public Task<UpstreamAnswer> ChangeAsync(UpstreamChange change, CancellationToken cancellationToken)
    {
        Changes.Add(change);
        return Task.FromResult(Answers(change));
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return ValueTask.CompletedTask;
    }
}
