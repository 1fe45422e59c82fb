using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Output;

/// <summary>Tells the person at the terminal what happens: <c>name &gt; state</c> from us, <c>name | line</c> from the process.</summary>
internal sealed class ConsoleReport
{
    private const string Self = "apphost";
    private const int LastLines = 15;

    private readonly Action<string> _write;
    private readonly Paint _paint;
    private readonly Dictionary<Replica, string> _prefixes = [];
    private readonly IReadOnlyList<Replica> _replicas;
    private readonly string _self;

    public ConsoleReport(IReadOnlyList<Replica> replicas, Paint paint, Action<string> write)
    {
        (_replicas, _paint, _write) = (replicas, paint, write);
        var width = replicas.Select(replica => replica.Plan.Name.Length).Append(Self.Length).Max();
        _self = paint.Bold(Self.PadRight(width));
        for (var index = 0; index < replicas.Count; index++)
        {
            var replica = replicas[index];
            _prefixes[replica] = paint.Prefix(replica.Plan.Name.PadRight(width), index);
            replica.Logged += (_, wrote) => write($"{_prefixes[replica]} | {wrote.Line}");
            replica.Changed += (_, _) => Report(replica);
        }
    }

    public void Say(string text) => _write($"{_self} > {text}");

    public void SayHowItRuns()
    {
        Say("LocalHosting runs the AppHost: projects as processes, Redis as LocalRedis. Ctrl+C stops all of it.");
        Say("With Aspire (its dashboard, Redis in a container): dotnet run --project AppHost -p:UseAspire=true");
    }

    public void SayWhereTheDashboardIs(Uri login) => Say($"Dashboard: {login}");

    public void SayThereIsNoDashboard(Uri wanted) => Say(_paint.Alarm(
        $"port {wanted.Port} is in use, and the dashboard needs it: there is none in this run. Somewhere else: dotnet run --project AppHost -- --urls=http://localhost:{wanted.Port + 1000}"));

    public void SayEverythingIsUp(TimeSpan after)
    {
        var urls = _replicas
            .Where(replica => replica.Plan.Resource is ProjectResource)
            .OrderByDescending(replica => replica.Plan.Resource.Annotations.OfType<ExternalEndpointsAnnotation>().Any())
            .Select(replica => $"{replica.Plan.Name} {replica.Plan.Address}");
        Say(_paint.Bold($"everything is up after {Seconds(after)}: {string.Join("  ", urls)}"));
    }

    public void SayWhatIsNotUp()
    {
        var names = _replicas.Where(replica => !replica.State.IsUp).Select(replica => $"{replica.Plan.Name} ({replica.State.State})");
        Say(_paint.Alarm($"not everything is up: {string.Join(", ", names)}. The rest goes on; Ctrl+C stops it."));
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.0} s";

    private static string Code(int code) => code > 128 && !OperatingSystem.IsWindows() ? $"{code} (signal {code - 128})" : $"{code}";

    private void Report(Replica replica)
    {
        var state = replica.State;
        if (state is { ExitCode: { } code, Detail: null })
        {
            ReportDeath(replica, code);
            return;
        }

        var text = state switch
        {
            _ when state.State == KnownResourceStates.Waiting => $"waiting for {state.Detail}",
            _ when state.State == KnownResourceStates.FailedToStart => _paint.Alarm($"not started: {state.Detail}"),
            _ when state.State == KnownResourceStates.Starting && state.Age == TimeSpan.Zero => $"starting at {state.Detail}, process {replica.ProcessId}",
            _ when state.State == KnownResourceStates.Starting => $"still not healthy after {Seconds(state.Age)}: {state.Detail}",
            _ when state.State == KnownResourceStates.Stopping => "stopping",
            _ when state.State == ReplicaState.Paused => "paused",
            { ExitCode: { } stopped } => $"stopped, code {Code(stopped)}",
            { Healthy: false } => _paint.Alarm($"unhealthy: {state.Detail}"),
            _ => $"healthy after {Seconds(state.Age)}",
        };
        Tell(replica, text);
    }

    private void ReportDeath(Replica replica, int code)
    {
        Tell(replica, _paint.Alarm($"EXITED with code {Code(code)} after {Seconds(replica.State.Age)}; it is not restarted. Its last lines:"));
        var lines = replica.Log.Last(LastLines);
        foreach (var line in lines) Tell(replica, $"  {line}");
        if (lines.Count == 0) Tell(replica, "  (it wrote nothing)");
    }

    private void Tell(Replica replica, string text) => _write($"{_prefixes[replica]} > {text}");
}
