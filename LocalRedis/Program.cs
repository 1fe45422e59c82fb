using System.Net.Sockets;
using System.Runtime.InteropServices;
using Garnet.common;
using Microsoft.Extensions.Logging;
using PipelineAspire.LocalRedis;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

try
{
    var options = LocalRedisOptions.FromEnvironment(Environment.GetEnvironmentVariable);
    using var loggers = LoggerFactory.Create(logging => logging
        .AddSimpleConsole(console => console.SingleLine = true)
        .SetMinimumLevel(LogLevel.Warning));
    using var server = EmbeddedServer.Create(options, loggers);
    server.Start();
    Console.WriteLine($"LocalRedis (Garnet) answers on 127.0.0.1:{options.Port}");
    stop.Token.WaitHandle.WaitOne();
    return 0;
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
catch (GarnetException failed) when (failed.InnerException is SocketException socket)
{
    Console.Error.WriteLine($"LocalRedis cannot listen: {socket.Message}");
    return 3;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
