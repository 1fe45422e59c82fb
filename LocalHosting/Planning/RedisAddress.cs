namespace PipelineAspire.LocalHosting.Planning;

/// <summary>Where a Redis is and how it is entered.</summary>
internal sealed record RedisAddress(string Host, int Port, string? Password, bool Tls = false)
{
    /// <summary>As StackExchange.Redis reads it.</summary>
    public string ConnectionString =>
        $"{Host}:{Port}{(Password is null ? "" : $",password={Password}")}{(Tls ? ",ssl=true" : "")}";

    public string Uri =>
        $"{(Tls ? "rediss" : "redis")}://{(Password is null ? "" : $":{System.Uri.EscapeDataString(Password)}@")}{Host}:{Port}";

    /// <summary>Reads <c>host[:port][,password=…][,ssl=true]</c>; of several hosts the first, other options are passed over.</summary>
    public static RedisAddress Parse(string connectionString)
    {
        var parts = connectionString.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var endpoint = parts.FirstOrDefault(part => !part.Contains('=', StringComparison.Ordinal)) ?? "localhost";
        var colon = endpoint.LastIndexOf(':');
        var port = 6379;
        var host = colon > 0 && int.TryParse(endpoint[(colon + 1)..], out port) ? endpoint[..colon] : endpoint;
        return new RedisAddress(host, port == 0 ? 6379 : port, Option("password"), Option("ssl") is "true" or "True");

        string? Option(string name) => parts
            .Where(part => part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))
            .Select(part => part[(name.Length + 1)..])
            .FirstOrDefault();
    }
}
