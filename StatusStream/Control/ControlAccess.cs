using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.StatusStream.Control;

/// <summary>
/// Whether there is a <c>/control</c>, which can kill its process, and for whom: with <c>Control:Enabled</c> only, and outside Development only
/// for those who know <c>Control:Key</c>.
/// </summary>
internal static class ControlAccess
{
    private const string EnabledSetting = "Control:Enabled";
    private const string KeySetting = "Control:Key";

    /// <summary>True when it is there.</summary>
    /// <exception cref="InvalidOperationException">It would be open to everybody outside Development, or a setting makes no sense.</exception>
    public static bool IsEnabled(IConfiguration configuration, IHostEnvironment environment)
    {
        if (!configuration.GetValue<bool>(EnabledSetting)) return false;
        var key = configuration[KeySetting];
        if (BearerKey.ProblemOf(KeySetting, key) is { } problem) throw new InvalidOperationException(problem);
        if (key is not null || environment.IsDevelopment()) return true;
        throw new InvalidOperationException(
            $"{EnabledSetting} outside Development needs {KeySetting}, the bearer token of those who may use /control: it can kill this process.");
    }

    /// <summary>Closes it to those who do not know the key, where there is one.</summary>
    public static RouteGroupBuilder RequireControlKey(this RouteGroupBuilder control, IConfiguration configuration)
    {
        if (configuration[KeySetting] is { } key) control.AddEndpointFilter(new BearerKey(key, $"/control needs the key that {KeySetting} says, as a bearer token."));
        return control;
    }
}
