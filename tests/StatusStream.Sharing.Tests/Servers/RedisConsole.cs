using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>
/// An operator's connection to a redis-server. By hand (RESP is a few lines), since a client library would make up its mind about what
/// a server that is made to misbehave can be asked. One command at a time.
/// </summary>
internal sealed class RedisConsole : IAsyncDisposable
{
    private readonly TcpClient _tcp = new();
    private readonly StreamReader _replies;
    private readonly Stream _commands;

    public RedisConsole(int port)
    {
        _tcp.Connect("127.0.0.1", port);
        _commands = _tcp.GetStream();
        _replies = new StreamReader(_commands, Encoding.Latin1); // a byte is a character
    }

    /// <summary>Says a command and returns the reply as text, items of a list on lines of their own.</summary>
    /// <exception cref="InvalidOperationException">The server refused it.</exception>
    public async Task<string> CommandAsync(params string[] words)
    {
        var command = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n"));
        foreach (var word in words) command.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        await _commands.WriteAsync(Encoding.Latin1.GetBytes(command.ToString())).AsTask().WaitAsync(Bounded.Patience);
        return await ReplyAsync().WaitAsync(Bounded.Patience * 2);
    }

    public ValueTask DisposeAsync()
    {
        _replies.Dispose();
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReplyAsync()
    {
        var line = await _replies.ReadLineAsync() ?? throw new InvalidOperationException("The server hung up.");
        switch (line[0])
        {
            case '-':
                throw new InvalidOperationException(line[1..]);
            case '$' when line != "$-1":
                var text = new char[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
                await _replies.ReadBlockAsync(text);
                await _replies.ReadLineAsync();
                return new string(text);
            case '*' when line != "*-1":
                var items = new List<string>();
                for (var left = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture); left > 0; left--) items.Add(await ReplyAsync());
                return string.Join('\n', items);
            default:
                return line[1..];
        }
    }
}
