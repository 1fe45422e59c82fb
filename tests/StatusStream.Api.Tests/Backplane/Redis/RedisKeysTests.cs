using System.Reflection;
using System.Text.RegularExpressions;
using PipelineAspire.StatusStream.Backplane.Redis;

namespace PipelineAspire.StatusStream.Tests.Backplane.Redis;

/// <summary>The names in a Redis, and the commands there.</summary>
public sealed class RedisKeysTests
{
    [Fact]
    public void NamesCarryTheVersionOfWhatIsInThem()
    {
        var keys = new RedisKeys("statusstream");

        Assert.Equal("{statusstream}:v3:lease", (string?)keys.Lease);
        Assert.Equal("{statusstream}:v3:changes", (string?)keys.Changes);
        Assert.Equal("{statusstream}:v3:notify", (string?)keys.Notify);
    }

    [Fact]
    public void ChannelsNameTheDatabaseAndKeysAreInIt()
    {
        var keys = new RedisKeys("statusstream", database: 2);

        Assert.Equal("{statusstream}:v3:lease", (string?)keys.Lease);
        Assert.Equal("{statusstream}:v3:2:changes", (string?)keys.Changes);
        Assert.Equal("{statusstream}:v3:2:notify", (string?)keys.Notify);
    }

    [Fact]
    public void KeysAndChannelsBeginWithTheChannelPrefix()
    {
        var keys = new RedisKeys("statusstream", "myapp:", 2);

        Assert.All(
            [keys.Lease, keys.Head, keys.Statuses, keys.Reads, keys.Interest],
            key => Assert.StartsWith("myapp:{statusstream}:v3:", key, StringComparison.Ordinal));
        Assert.Equal("myapp:{statusstream}:v3:2:changes", (string?)keys.Changes);
        Assert.Equal("myapp:{statusstream}:v3:2:notify", (string?)keys.Notify);
    }

    [Fact]
    public void TheCommandsThatMustKeepTheirNamesAreThoseOfTheScripts()
    {
        var scripts = typeof(RedisScripts)
            .GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);
        var called = scripts.SelectMany(script => Regex.Matches(script, @"redis\.p?call\('(\w+)'", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Select(match => match.Groups[1].Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

        Assert.Equal(RedisRequirements.InScripts, called);
    }
}
