using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>A real redis-server on loopback; nothing of it is kept.</summary>
public sealed class RedisServer : ServerOfOneProcess
{
    private const string Executable = "redis-server";

    private readonly string[] _arguments;
    private readonly string _options;

    /// <param name="password">What clients must know; none by default.</param>
    /// <param name="tls">The certificate to speak TLS with; without it TLS is off.</param>
    /// <param name="arguments">More arguments.</param>
    internal RedisServer(string? password = null, SelfMadeCertificate? tls = null, params string[] arguments)
    {
        Port = FreePort.Take();
        var port = Port.ToString(CultureInfo.InvariantCulture);
        string[] listening = tls is null
            ? ["--port", port]
            : ["--port", "0", "--tls-port", port, .. Arguments(tls)];
        string[] secret = password is null ? [] : ["--requirepass", password];
        _arguments = [.. listening, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. secret, .. arguments];
        _options = (password is null ? "" : $",password={password}") + (tls is null ? "" : ",ssl=true,sslHost=localhost");
    }

    public int Port { get; }

    public override string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}{_options}");

    private protected override async Task<ChildProcess> StartProcessAsync()
    {
        if (!IsInstalled())
        {
            throw new InvalidOperationException(
                $"{Executable} is missing, and these tests need it: install it (apt-get install redis-server), or run ./test.sh, which does.");
        }

        var process = ChildProcess.Start(new ProcessStartInfo(Executable, _arguments));
        await process.LineAsync("Ready to accept connections");
        return process;
    }

    private static string[] Arguments(SelfMadeCertificate tls) =>
    [
        "--tls-cert-file", tls.CertificatePath, "--tls-key-file", tls.KeyPath, "--tls-ca-cert-file", tls.CertificatePath, "--tls-auth-clients", "no",
    ];

    private static bool IsInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Executable)));
}
