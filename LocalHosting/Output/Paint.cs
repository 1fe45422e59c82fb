namespace PipelineAspire.LocalHosting.Output;

/// <summary>Colours, where the terminal has them and nobody asked for none (<c>NO_COLOR</c>, no-color.org).</summary>
internal sealed class Paint(bool enabled)
{
    private static readonly int[] Palette = [36, 33, 35, 32, 34, 96, 93, 95, 92, 94];

    public bool Enabled => enabled;

    public static Paint ForConsole(Func<string, string?> variable, bool redirected) =>
        new(!redirected && string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") is not ("dumb" or ""));

    public string Prefix(string text, int index) => Sgr(text, Palette[index % Palette.Length].ToString());

    public string Bold(string text) => Sgr(text, "1");

    public string Alarm(string text) => Sgr(text, "1;31");

    private string Sgr(string text, string code) => enabled ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
