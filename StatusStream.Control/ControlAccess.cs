using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.StatusStream.Control;

/// <summary>
/// Whether there is a <c>/control</c>, which can kill its process, and for whom: with <c>Control:Enabled</c> only, and outside Development only
/// for those who know <c>Control:Key</c>. Without a key it is closed there: it is as if it were not enabled.
/// </summary>
internal static class ControlAccess
{
    private const string EnabledSetting = "Control:Enabled";
    private const string KeySetting = "Control:Key";

    /// <summary>True when it is there.</summary>
    /// <exception cref="InvalidOperationException">The key makes no sense.</exception>
    public static bool IsEnabled(IConfiguration configuration, IHostEnvironment environment)
    {
        if (!IsAsked(configuration)) return false;
        return configuration[KeySetting] is not null || environment.IsDevelopment();
    }

    /// <summary>True when it is asked for, wherever this is.</summary>
    /// <exception cref="InvalidOperationException">The key makes no sense.</exception>
    public static bool IsAsked(IConfiguration configuration)
    {
        if (!configuration.GetValue<bool>(EnabledSetting)) return false;
        return BearerKey.ProblemOf(KeySetting, configuration[KeySetting]) is { } problem ? throw new InvalidOperationException(problem) : true;
    }

    /// <summary>True when it was meant to be there, and is not.</summary>
    public static bool IsClosed(IConfiguration configuration, IHostEnvironment environment) =>
        IsAsked(configuration) && !IsEnabled(configuration, environment);

    /// <summary>Closes it to those who do not know the key, where there is one.</summary>
    public static RouteGroupBuilder RequireControlKey(this RouteGroupBuilder control, IConfiguration configuration)
    {
        if (configuration[KeySetting] is { } key) control.AddEndpointFilter(new BearerKey(key, $"/control needs the key that {KeySetting} says, as a bearer token."));
        return control;
    }
}
