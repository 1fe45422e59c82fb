using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>One option of a connection string, <c>name=value</c>, by the names that StackExchange.Redis has for them.</summary>
internal static class ConnectionStringOption
{
    private const char CommandMark = '$';

    public static bool IsPassword(string name) => name.Equals("password", StringComparison.OrdinalIgnoreCase);

    /// <param name="name">Its name; that of a command begins with $.</param>
    /// <param name="value">Its value, which no message repeats.</param>
    /// <param name="secretly">What a message calls the option, when its name may be a piece of a password.</param>
    /// <exception cref="FormatException">There is no such option, or not with this value, or nothing works with it.</exception>
    public static void Read(string name, string value, string? secretly = null)
    {
        if (name is [CommandMark, ..])
        {
            RedisRequirements.CheckCommand(name[1..], value);
            return;
        }

        switch (IsPassword(name) ? Finding.None : Look(name, value))
        {
            case Finding.BadValue:
                throw new FormatException($"the option {name} has a value that makes no sense");
            case Finding.Unknown:
                var called = secretly ?? (name.All(char.IsAsciiLetter) ? $"the option {name}" : "an option");
                throw new FormatException(
                    $"{called} is unknown; options are written name=value, with commas between them (in a URL: " +
                    "?name=value&name=value), and a password with a comma in it needs the URL");
        }
    }

    /// <summary>The library's own messages repeat what is wrong, a piece of a password too: they end here.</summary>
    private static Finding Look(string name, string value)
    {
        try
        {
            ConfigurationOptions.Parse($"{name}={value}");
            return Finding.None;
        }
        catch (ArgumentOutOfRangeException)
        {
            return Finding.BadValue;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return Finding.Unknown;
        }
    }

    private enum Finding
    {
        None,
        Unknown,
        BadValue,
    }
}
