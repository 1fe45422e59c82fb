using System.Net;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Microsoft.Extensions.Logging;

namespace PipelineAspire.LocalRedis;

/// <summary>Garnet, set up as a small Redis: loopback, a password, Lua, nothing on disk.</summary>
internal static class EmbeddedServer
{
    public static GarnetServer Create(LocalRedisOptions options, ILoggerFactory loggers) => new(
        new GarnetServerOptions
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, options.Port)],
            AuthSettings = new PasswordAuthenticationSettings(options.Password),
            QuietMode = true,
            MaxDatabases = 1,

            // As Redis does it: a script runs as one, with its KEYS locked. Garnet's own default interleaves scripts.
            EnableLua = true,
            LuaTransactionMode = true,
            LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Enable, []),

            // Statuses, a lease and interests: a few megabytes at most. Without a storage tier nothing goes to disk.
            LogMemorySize = "64m",
            PageSize = "1m",
            SegmentSize = "64m",
            IndexMemorySize = "4m",
            BufferPoolMemoryBudget = "64m",
        },
        loggers);
}
