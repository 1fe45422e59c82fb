using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Scenarios;

namespace PipelineAspire.Benchmarks;

internal static class Program
{
    private const int Fine = 0;
    private const int SomethingWrong = 1;
    private const int BadCommandLine = 2;

    public static async Task<int> Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        try
        {
            var options = CommandLineParser.Parse(args);
            if (options.Scenario is null)
            {
                Console.WriteLine(HelpText.Text);
                return Fine;
            }

            MakeFolderOf(options.Json);
            MakeFolderOf(options.Svg);
            InlineSockets.TurnOn();
            var results = await ScenarioTable.RunAsync(options, new Progress(Console.Error), stop.Token);
            return Tell(options, results);
        }
        catch (CommandLineException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return BadCommandLine;
        }
        catch (BenchmarkException failed)
        {
            Console.Error.WriteLine(failed.Message);
            return SomethingWrong;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"A file cannot be written: {failed.Message}");
            return SomethingWrong;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped.");
            return SomethingWrong;
        }
    }

    /// <summary>Before anything is measured: it would be a pity afterwards.</summary>
    private static void MakeFolderOf(string? file)
    {
        if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
    }

    private static int Tell(BenchmarkOptions options, IReadOnlyList<Result> results)
    {
        Console.WriteLine(ResultTable.Write(results));
        if (options.Json is { } json) JsonLines.Append(json, results);
        if (options.Svg is { } svg)
            File.WriteAllText(svg, results.FirstOrDefault(result => result.Picture is not null)?.Picture ?? ResultPicture.Draw(results));
        var problems = results.SelectMany(result => result.Problems.Select(problem => $"{result.Label}: {problem}")).ToList();
        foreach (var problem in problems) Console.Error.WriteLine($"WRONG  {problem}");
        return problems.Count == 0 ? Fine : SomethingWrong;
    }
}
