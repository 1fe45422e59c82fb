using System.Net.Sockets;
using System.Text;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>Healthy is a Redis that takes its password and answers PING, within 2 s.</summary>
internal static class RedisProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static HealthProbe For(RedisAddress address) => async cancellation =>
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(address.Host, address.Port, either.Token);
            var stream = connection.GetStream();
            await using (stream)
            {
                await stream.WriteAsync(Command("AUTH", address.Password ?? ""), either.Token);
                await stream.WriteAsync(Command("PING"), either.Token);
                using var reader = new StreamReader(stream, Encoding.ASCII);
                var authenticated = await reader.ReadLineAsync(either.Token);
                if (authenticated != "+OK") return $"AUTH at {address.Host}:{address.Port} answers {authenticated}";
                var pong = await reader.ReadLineAsync(either.Token);
                return pong == "+PONG" ? null : $"PING at {address.Host}:{address.Port} answers {pong}";
            }
        }
        catch (Exception failed) when (failed is SocketException or IOException)
        {
            return $"{address.Host}:{address.Port}: {failed.Message}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"{address.Host}:{address.Port} has no answer after {Patience.TotalSeconds} s";
        }
    };

    private static byte[] Command(params string[] words) => Encoding.UTF8.GetBytes(
        $"*{words.Length}\r\n{string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"))}");
}
