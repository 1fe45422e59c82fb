using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PipelineAspire.Web.Tests;

/// <summary>What the README tells of the browser client is there.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task EveryNameThatTheReadmeImportsIsExported()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        using var browser = web.Browser();
        var module = await browser.GetStringAsync("/js/pipeline-status.js");
        var exported = Exports().Matches(module).SelectMany(match => Names(match.Groups["names"].Value)).ToHashSet(StringComparer.Ordinal);

        var imported = Imports().Matches(await ReadmeAsync()).SelectMany(match => Names(match.Groups["names"].Value)).ToHashSet(StringComparer.Ordinal);

        Assert.Superset(new HashSet<string>(["watch", "getStatus", "connectionState"], StringComparer.Ordinal), imported);
        Assert.Empty(imported.Except(exported, StringComparer.Ordinal));
    }

    [Fact]
    public async Task EveryPictureOfTheReadmeIsThereAndSmall()
    {
        var pictures = Pictures().Matches(await ReadmeAsync()).Select(match => new FileInfo(Path.Combine(Root(), match.Groups["path"].Value))).ToList();

        Assert.NotEmpty(pictures);
        Assert.All(pictures, picture => Assert.InRange(picture.Length, 1, 150 * 1024));
    }

    private static IEnumerable<string> Names(string list) =>
        list.Split(',').Select(name => name.Trim().Split(" as ")[^1].Split('(')[0].Trim()).Where(name => name.Length > 0);

    private static Task<string> ReadmeAsync() => File.ReadAllTextAsync(Path.Combine(Root(), "README.md"));

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex(@"import \{(?<names>[^}]+)\} from '/js/pipeline-status\.js'", RegexOptions.None, 1000)]
    private static partial Regex Imports();

    [GeneratedRegex(@"export ?\{(?<names>[^}]+)\}", RegexOptions.None, 1000)]
    private static partial Regex Exports();

    [GeneratedRegex(@"!\[[^\]]+\]\((?<path>docs/images/[^)]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Pictures();
}
