using System.ComponentModel.DataAnnotations;
using PipelineAspire.StatusStream.Backplane;

namespace PipelineAspire.StatusStream.Tests.Backplane;

/// <summary>Machines are called as people like; a replica that nobody named starts on all of them.</summary>
public sealed class DefaultInstanceNameTests
{
    private static readonly Guid Random = Guid.Parse("0123456789abcdef0123456789abcdef");

    [Theory]
    [InlineData("web-1", "web-1-42-012345")]
    [InlineData("web_1.example", "web_1.example-42-012345")]
    [InlineData("büro-pc", "b-ro-pc-42-012345")]
    [InlineData("Coen's-Mac", "Coen-s-Mac-42-012345")]
    [InlineData("two words", "two-words-42-012345")]
    [InlineData("line\r\nbreak", "line--break-42-012345")]
    [InlineData("owner|epoch", "owner-epoch-42-012345")]
    [InlineData("пк", "replica-42-012345")]
    [InlineData("🖥", "replica-42-012345")]
    [InlineData("\0", "replica-42-012345")]
    [InlineData("", "replica-42-012345")]
    public void CharactersThatNoHeaderTakesAreReplaced(string machine, string name)
    {
        Assert.Equal(name, DefaultInstanceName.Make(machine, 42, Random));
        AssertValid(name);
    }

    [Fact]
    public void ALongNameLosesItsOwnEndAndNotThatWhichTellsProcessesApart()
    {
        var name = DefaultInstanceName.Make(new string('m', 300), int.MaxValue, Random);

        Assert.Equal(DefaultInstanceName.MaxLength, name.Length);
        Assert.EndsWith("m-2147483647-012345", name, StringComparison.Ordinal);
        AssertValid(name);
    }

    [Fact]
    public void TheDefaultIsAlwaysValid() => AssertValid(new ReplicaOptions().InstanceName);

    private static void AssertValid(string name)
    {
        var options = new ReplicaOptions { InstanceName = name };
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
    }
}
