namespace PipelineAspire.LocalHosting.Dashboard;

/// <summary>Styles and scripts, part of the assembly.</summary>
internal static class Assets
{
    private static readonly Dictionary<string, Asset> All = typeof(Assets).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("assets/", StringComparison.Ordinal))
        .ToDictionary(name => name["assets/".Length..], Read, StringComparer.Ordinal);

    public static Asset? Find(string name) => All.GetValueOrDefault(name);

    private static Asset Read(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return new Asset(memory.ToArray(), Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        });
    }

    internal sealed record Asset(byte[] Content, string ContentType);
}
