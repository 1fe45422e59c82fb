namespace PipelineAspire.Benchmarks.CommandLine;

/// <summary>What <c>--help</c> says.</summary>
internal static class HelpText
{
    public const string Text = """
        Loads StatusStream.Api with streams and says what they cost. Starts the servers it needs by itself, built in the
        configuration that this program was built in (use -c Release), and a backend whose pipelines it changes.

        dotnet run -c Release --project tests/Benchmarks -- SCENARIO [OPTION VALUE]...

        Scenarios (streams are given twice: straight to StatusStream.Api, and through Web)
          fan-out   every change goes to every stream: CPU per delivery, latency       1000 clients, 10 pipelines, 60 events at 10/s
          spread    each stream watches one of many pipelines                          1000 clients, 100 pipelines, 500 events at 50/s
          idle      streams that get nothing but heartbeats: memory, CPU               5000 clients, 35 s
          storm     all streams reconnect at once: time to snapshot, backend reads     2000 clients, 10 pipelines
          opening   streams are opened at a rate: time to the first batch, CPU         5000 clients, 10 pipelines, 1000 a second
          growth    backend reads against clients and replicas, beside other designs   200 clients, 10 pipelines, 1 and 3 replicas
          latency   where the time from the backend's change to the client goes        100 clients, 10 pipelines, 100 events at 5/s
          guard     allocation per delivery and bytes per idle stream against bounds (what the tests check)
          micro     micro-benchmarks of the hot path, with allocations (BenchmarkDotNet)
          day       the poll schedule through a day of virtual time: reads, delay of changes      500 pipelines, 2 % change in an hour
          report    a picture of results: report --from results.jsonl[,more.jsonl] --svg picture.svg

        Options
          --clients N        streams; above 14,000 they come from several addresses 127.0.0.x
          --pipelines N      pipelines (a pipeline is read on demand at most once per 250 ms: rate x 0.26 at least)
          --events N         changes that are measured
          --rate R           changes a second, streams a second for opening; 0 is as fast as the window allows
          --window N         with --rate 0: changes that may be undelivered (4)
          --warm-up N        changes before measuring (300): code is compiled while it runs
          --rest SECONDS     silence after the warm-up, for the compiler (4)
          --duration SECONDS how long idle and growth are watched
          --interval SECONDS the servers' poll interval (2)
          --replicas N       StatusStream.Api processes, sharing a Redis that is started too
          --rounds N         how often it is measured; the table has the medians (1)
          --via WAY          which way streams are measured: api (straight), web, both, or relays: straight and through two relays,
                             one behind the other (both)
          --people yes|no|both each stream has a token and rights of its own, or nobody signs in, or both in turn; with --via api
          --url URL          a server that runs already; it must read from the backend of this program:
          --backend-port P     PipelineBackend__BaseUrl=http://127.0.0.1:P,
                               and limit no client: StatusStream__Limits__StreamsPerClient=0, …OpensPerSecondPerClient=0
          --pid PID[,PID]      its processes, for CPU and memory
          --json FILE        adds a line of JSON for each result
          --svg FILE         draws a picture of the results

        Exit status: 0 when nothing was missing, duplicated or closed; 1 when something was, which is said; 2 for a command
        line that makes no sense.
        """;
}
