namespace PipelineAspire.EndToEnd.Tests.Hosting;

/// <summary>Finds every process of one run, also those that left its group or lost their parent: by a variable that all of them inherit.</summary>
internal sealed class MarkedRun
{
    private const string Variable = "PIPELINEASPIRE_TEST_RUN";
    private static readonly string[] ServiceNames = ["FakePipelineBackend", "LocalRedis", "StatusStream.Api", "Web"];

    private readonly string _id = Guid.NewGuid().ToString("N");

    /// <summary>What the first process of the run is to be started with.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { [Variable] = _id };

    /// <summary>The executables of all that are there now.</summary>
    public IReadOnlyList<string> Processes() => [.. Directory.EnumerateDirectories("/proc").Where(IsMarked).Select(Executable)];

    /// <summary>The same, of the solution's own services.</summary>
    public IReadOnlyList<string> Services() => [.. Processes().Where(executable => ServiceNames.Contains(Path.GetFileName(executable)))];

    private static string Executable(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0')[0];
        }
        catch (IOException)
        {
            return "";
        }
    }

    private bool IsMarked(string folder)
    {
        try
        {
            // What has ended and is yet to be buried by its parent has no environment any more.
            var environment = Path.Combine(folder, "environ");
            return File.Exists(environment) && File.ReadAllText(environment).Contains($"{Variable}={_id}", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
