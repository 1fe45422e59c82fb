namespace PipelineAspire.Benchmarks.Load;

/// <summary>
/// Lets the socket engine's own thread take what arrives: cheaper than a task for each receive, and the client's cost is
/// part of every latency. Only for this process; the servers it starts run as they are.
/// </summary>
internal static class InlineSockets
{
    public static readonly IReadOnlyList<string> Variables = ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"];

    /// <summary>To be called before the first socket is made.</summary>
    public static void TurnOn()
    {
        foreach (var variable in Variables) Environment.SetEnvironmentVariable(variable, "1");
    }
}
