using System.Globalization;
using System.Net.Sockets;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Deploy;

/// <summary>A proxy with a configuration of <c>deploy/</c>, changed in its addresses alone.</summary>
internal sealed class DeployedProxy : IAsyncDisposable
{
    public const string Nginx = "nginx";
    public const string HAProxy = "haproxy";

    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;

    private DeployedProxy(ChildProcess process, DirectoryInfo folder, Uri address) => (_process, _folder, Address) = (process, folder, address);

    public Uri Address { get; }

    /// <summary>Starts it in front of replicas, and waits until it listens.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="replicas">In the place of the three of the configuration; the last stands for all that are missing.</param>
    public static async Task<DeployedProxy> StartAsync(string name, params Uri[] replicas)
    {
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}"));
        var folder = Directory.CreateTempSubdirectory($"{name}-");
        var (listens, file, arguments) = name switch
        {
            Nginx => ("127.0.0.1:8088", Path.Combine("nginx", "nginx.conf"), new[] { "-p", folder.FullName, "-c", Path.Combine(folder.FullName, "nginx.conf"), "-g", "daemon off;" }),
            HAProxy => ("127.0.0.1:8089", "haproxy.cfg", ["-db", "-f", Path.Combine(folder.FullName, "haproxy.cfg")]),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such proxy."),
        };
        var source = Repository.File("deploy", file);
        foreach (var beside in Directory.GetFiles(Path.GetDirectoryName(source)!, "*.inc")) File.Copy(beside, Path.Combine(folder.FullName, Path.GetFileName(beside)));
        var configuration = (await File.ReadAllTextAsync(source)).Replace(listens, Authority(address), StringComparison.Ordinal)
            .Replace("pid /tmp/pipelineaspire-nginx.pid", "pid nginx.pid", StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            var port = (5101 + i).ToString(CultureInfo.InvariantCulture);
            configuration = configuration.Replace($"127.0.0.1:{port}", Authority(replicas[Math.Min(i, replicas.Length - 1)]), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(folder.FullName, Path.GetFileName(file)), configuration);
        var process = Start(name, arguments);
        var proxy = new DeployedProxy(process, folder, address);
        await Bounded.UntilAsync($"{name} answers", () => AnswersAsync(address));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Authority(Uri address) => address.GetComponents(UriComponents.HostAndPort, UriFormat.Unescaped);

    private static ChildProcess Start(string name, string[] arguments)
    {
        try
        {
            return ChildProcess.Start(new(name, arguments));
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{name} is missing, and these tests need it: ./test.sh installs it.", missing);
        }
    }

    private static async Task<bool> AnswersAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        try
        {
            using var answer = await http.GetAsync("/alive");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException or IOException)
        {
            return false;
        }
    }
}
