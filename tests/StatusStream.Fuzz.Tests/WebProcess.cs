using System.Globalization;
using PipelineAspire.Processes;

namespace PipelineAspire.StatusStream.Fuzz.Tests;

/// <summary>Web as a process of its own, in front of a replica.</summary>
internal sealed class WebProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: http://127.0.0.1:";

    private readonly ChildProcess _process;

    private WebProcess(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Output => _process.Output;

    /// <summary>How many descriptors it has open.</summary>
    public int OpenFiles => Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd").Count();

    /// <summary>How many errors it has logged.</summary>
    public int Errors => _process.Count("fail: ") + _process.Count("crit: ");

    public static async Task<WebProcess> StartAsync(Uri api)
    {
        var process = ChildProcess.Start(BuiltProject.Web.Command(new Dictionary<string, string>(),
        [
            "--urls=http://127.0.0.1:0",
            $"--StatusStreamApi:BaseUrl={api.GetLeftPart(UriPartial.Authority)}",
            "--FeatureManagement:UseSseStatus=true",
            .. NoLimits.Arguments,
        ]));
        try
        {
            var line = await process.LineAsync(Listening);
            return new WebProcess(process, int.Parse(line.AsSpan(line.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
