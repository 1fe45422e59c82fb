namespace PipelineAspire.LocalRedis;

/// <summary>What LocalRedis is told by its environment; a command line would show the password to everybody.</summary>
/// <param name="Port"><c>LOCALREDIS_PORT</c>, 1 to 65535, 6379 by default; always on 127.0.0.1.</param>
/// <param name="Password"><c>LOCALREDIS_PASSWORD</c>, required: any page in a browser can reach a port of this machine.</param>
internal sealed record LocalRedisOptions(int Port, string Password)
{
    public const string PortVariable = "LOCALREDIS_PORT";
    public const string PasswordVariable = "LOCALREDIS_PASSWORD";

    /// <exception cref="FormatException">A variable is missing or makes no sense; the message names it.</exception>
    public static LocalRedisOptions FromEnvironment(Func<string, string?> variable)
    {
        var portText = variable(PortVariable);
        var port = 6379;
        if (portText is not null && (!int.TryParse(portText, out port) || port is < 1 or > 65535))
            throw new FormatException($"{PortVariable} must be a port from 1 to 65535, not '{portText}'.");

        var password = variable(PasswordVariable);
        if (string.IsNullOrWhiteSpace(password))
            throw new FormatException($"{PasswordVariable} must be set: LocalRedis does not run without a password.");
        return new LocalRedisOptions(port, password);
    }
}
