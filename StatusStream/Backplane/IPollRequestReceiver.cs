namespace PipelineAspire.StatusStream.Backplane;

/// <summary>Takes requests to read; called from any thread, must not block.</summary>
internal interface IPollRequestReceiver
{
    /// <summary>Somebody began to watch these.</summary>
    void Watch(IReadOnlyList<string> pipelineIds);

    /// <summary>Somebody says that these have changed.</summary>
    void Refresh(IReadOnlyList<string> pipelineIds);

    /// <summary>Somebody wants the backend's whole answer about these.</summary>
    void WantDocuments(IReadOnlyList<string> pipelineIds);
}
