using System.Globalization;
using PipelineAspire.Benchmarks.Scenarios;

namespace PipelineAspire.Benchmarks.CommandLine;

/// <summary>Reads the command line: a scenario, then options with a value each.</summary>
internal static class CommandLineParser
{
    private const int MostClients = 100_000;
    private const int MostPipelines = 500; // what one stream may ask for
    private const int MostSpreadPipelines = 20_000;
    private const int MostEvents = 100_000;
    private const int LargestPid = 4_194_304; // of Linux
    private const double FastestRate = 10_000;
    private const string Both = "both";

    /// <exception cref="CommandLineException">An unknown scenario or option, a missing value, or one that makes no sense.</exception>
    public static BenchmarkOptions Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || args.Any(arg => arg is "--help" or "-h" or "help")) return new BenchmarkOptions();
        var scenario = args[0];
        if (!ScenarioTable.Names.Contains(scenario, StringComparer.Ordinal))
            throw new CommandLineException($"'{scenario}' is no scenario; there are {string.Join(", ", ScenarioTable.Names)}.");

        var options = new BenchmarkOptions { Scenario = scenario };
        for (var i = 1; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count) throw new CommandLineException($"{args[i]} needs a value.");
            options = With(options, args[i], args[i + 1]);
        }

        return Checked(options);
    }

    private static BenchmarkOptions With(BenchmarkOptions options, string name, string value) => name switch
    {
        "--clients" => options with { Clients = Whole(name, value, 1, MostClients) },
        "--pipelines" => options with { Pipelines = Whole(name, value, 1, options.Scenario == ScenarioTable.Spread ? MostSpreadPipelines : MostPipelines) },
        "--events" => options with { Events = Whole(name, value, 1, MostEvents) },
        "--rate" => options with { Rate = Number(name, value, 0, FastestRate) },
        "--window" => options with { Window = Whole(name, value, 1, 1000) },
        "--interval" => options with { Interval = Seconds(name, value, 0.01, 3600) },
        "--replicas" => options with { Replicas = Whole(name, value, 1, 16) },
        "--rounds" => options with { Rounds = Whole(name, value, 1, 100) },
        "--warm-up" => options with { WarmUp = Whole(name, value, 0, MostEvents) },
        "--rest" => options with { Rest = Seconds(name, value, 0, 600) },
        "--duration" => options with { Duration = Seconds(name, value, 1, 3600) },
        "--via" => options with { Ways = Ways(value) },
        "--people" => options with { IsSignedIn = value != Both && YesOrNo(name, value), ComparesPeople = value == Both },
        "--url" => options with { Url = Address(value) },
        "--pid" => options with { Pids = [.. value.Split(',').Select(pid => Whole(name, pid, 1, LargestPid))] },
        "--backend-port" => options with { BackendPort = Whole(name, value, 1, 65535) },
        "--json" => options with { Json = value },
        "--svg" => options with { Svg = value },
        "--from" => options with { From = value.Split(',') },
        _ => throw new CommandLineException($"There is no option {name}; see --help."),
    };

    private static BenchmarkOptions Checked(BenchmarkOptions options)
    {
        if (options.Pids.Count > 0 && options.Url is null)
        {
            throw new CommandLineException("--pid goes with --url: of the servers that are started here it is known.");
        }

        if (options.Url is not null && options.BackendPort == 0)
            throw new CommandLineException(
                "--url needs --backend-port: the server must read its pipelines from here (PipelineBackend__BaseUrl=http://127.0.0.1:PORT).");
        if ((options.IsSignedIn || options.ComparesPeople) && (options.Url is not null || options.Ways is not [Via.Api]))
            throw new CommandLineException("--people is for streams straight to servers that are started here: --via api, without --url.");
        if (options.Url is not null && options.Replicas is not null)
        {
            throw new CommandLineException("--replicas is for servers that are started here, not for --url.");
        }

        if (options.Url is not null && options.Scenario is ScenarioTable.Growth or ScenarioTable.Guard or ScenarioTable.Micro or ScenarioTable.Day)
            throw new CommandLineException($"{options.Scenario} measures no server that runs already: leave out --url.");
        if (options.Scenario == ScenarioTable.Report && (options.From.Count == 0 || options.Svg is null))
            throw new CommandLineException("report needs --from FILE[,FILE] and --svg FILE.");
        return options;
    }

    private static int Whole(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new CommandLineException($"{name} must be a whole number from {least} to {most}, not '{value}'.");

    private static double Number(string name, string value, double least, double most) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new CommandLineException(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}, not '{value}'."));

    private static TimeSpan Seconds(string name, string value, double least, double most) => TimeSpan.FromSeconds(Number(name, value, least, most));

    private static Via[] Ways(string value) => value switch
    {
        "api" => [Via.Api],
        "web" => [Via.Web],
        Both => [Via.Api, Via.Web],
        "relays" => [Via.Api, Via.Relays],
        _ => throw new CommandLineException($"--via must be api, web, both or relays, not '{value}'."),
    };

    private static bool YesOrNo(string name, string value) => value switch
    {
        "yes" => true,
        "no" => false,
        _ => throw new CommandLineException($"{name} must be yes, no or both, not '{value}'."),
    };

    private static Uri Address(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url)
            && url is { Scheme: "http", PathAndQuery: "/", IsLoopback: true, HostNameType: UriHostNameType.IPv4 or UriHostNameType.Dns }
            ? url
            : throw new CommandLineException($"--url must be an address of this machine like http://127.0.0.1:5100, not '{value}'.");
}
