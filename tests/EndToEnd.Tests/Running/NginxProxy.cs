using System.Globalization;
using System.Net.Sockets;

namespace PipelineAspire.EndToEnd.Tests.Running;

/// <summary>An nginx on loopback with one address for each way of standing in the way of a page.</summary>
internal sealed class NginxProxy : IAsyncDisposable
{
    private const string Executable = "nginx";

    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;

    private NginxProxy(ChildProcess process, DirectoryInfo folder) => (_process, _folder) = (process, folder);

    /// <summary>Keeps back what is sent until it is a lot, whatever the sender asks for.</summary>
    public Uri Buffering { get; private init; } = null!;

    /// <summary>Takes request lines of 8 KB, which is its own default.</summary>
    public Uri ShortLines { get; private init; } = null!;

    /// <summary>Leads whoever has no cookie <c>session</c> to another site, where people sign in.</summary>
    public Uri Redirecting { get; private init; } = null!;

    /// <summary>Answers whoever has no cookie <c>session</c> with a page and 200.</summary>
    public Uri Greeting { get; private init; } = null!;

    /// <summary>Answers whoever has no cookie <c>session</c> with 401.</summary>
    public Uri Refusing { get; private init; } = null!;

    /// <summary>Compresses whatever is not compressed.</summary>
    public Uri Compressing { get; private init; } = null!;

    public static async Task<NginxProxy> StartAsync(Uri web)
    {
        var addresses = Enumerable.Range(0, 6).Select(_ => new Uri($"http://127.0.0.1:{FreePort.Take()}")).ToArray();
        var folder = Directory.CreateTempSubdirectory("nginx-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "nginx.conf"), Configuration(web, addresses));
        ChildProcess process;
        try
        {
            process = ChildProcess.Start(new(Executable, ["-p", folder.FullName, "-c", "nginx.conf", "-e", "stderr"]));
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{Executable} is missing, and these tests need it: ./test.sh installs it.", missing);
        }

        var proxy = new NginxProxy(process, folder)
        {
            Buffering = addresses[0],
            ShortLines = addresses[1],
            Redirecting = addresses[2],
            Greeting = addresses[3],
            Refusing = addresses[4],
            Compressing = addresses[5],
        };
        await Bounded.UntilAsync("nginx answers", () => AnswersAsync(addresses[4]));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> AnswersAsync(Uri address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Configuration(Uri web, Uri[] addresses)
    {
        var upstream = web.GetLeftPart(UriPartial.Authority);
        string Listen(int index) => addresses[index].Port.ToString(CultureInfo.InvariantCulture);
        var forward = $"proxy_pass {upstream}; proxy_set_header Host $http_host; proxy_set_header Connection '';";
        var pass = $"{forward} proxy_http_version 1.1;";
        return $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr warn;
            events { worker_connections 256; }
            http {
              access_log off;
              default_type text/html;
              client_body_temp_path body;
              proxy_temp_path proxied;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server {
                listen 127.0.0.1:{{Listen(0)}};
                # Of HTTP/1.0, its default, it passes nothing on before a buffer is full; of chunks, each one.
                location / { {{forward}} proxy_buffering on; proxy_ignore_headers X-Accel-Buffering; }
              }
              server {
                listen 127.0.0.1:{{Listen(1)}};
                large_client_header_buffers 4 8k;
                location / { {{pass}} proxy_buffering off; }
              }
              server {
                listen 127.0.0.1:{{Listen(2)}};
                location / {
                  if ($cookie_session = "") { return 302 http://localhost:{{Listen(3)}}/sign-in?back=$request_uri; }
                  {{pass}} proxy_buffering off;
                }
              }
              server {
                listen 127.0.0.1:{{Listen(3)}};
                location / {
                  if ($cookie_session = "") { return 200 "<!DOCTYPE html><title>Who are you?</title><h1>Who are you?</h1>"; }
                  {{pass}} proxy_buffering off;
                }
              }
              server {
                listen 127.0.0.1:{{Listen(4)}};
                location / {
                  if ($cookie_session = "") { return 401; }
                  {{pass}} proxy_buffering off;
                }
              }
              server {
                listen 127.0.0.1:{{Listen(5)}};
                gzip on;
                gzip_types *;
                gzip_min_length 0;
                gzip_proxied any;
                location / { {{pass}} }
              }
            }
            """;
    }
}
