namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>A server that the replicas may share, at an address that it keeps.</summary>
public interface ISharedServer
{
    /// <summary>How a replica is told of it.</summary>
    string ConnectionString { get; }

    /// <summary>Starts it, empty, and waits until it answers.</summary>
    Task StartAsync();

    /// <summary>Ends it as suddenly as it gets.</summary>
    Task KillAsync();

    /// <summary>Stops it where it is; its connections stay open (SIGSTOP).</summary>
    void Pause();

    /// <summary>Lets it go on (SIGCONT).</summary>
    void Resume();
}
