using System.Xml.Linq;

namespace PipelineAspire.Packages.Tests;

/// <summary>What is in the packages, and what they weigh.</summary>
[Collection(nameof(PackedArtefacts))]
public sealed class ContentsTests
{
    private const string InternalType = "StatusBroadcaster";

    public static TheoryData<string> Ids => [.. PackedArtefacts.Ids];

    [Theory]
    [InlineData("StatusStream", 365)]
    [InlineData("StatusStream.Client", 50)]
    [InlineData("StatusStream.Client.Aspire", 25)]
    [InlineData("StatusStream.Hosting", 25)]
    public void APackageIsSmall(string id, int kilobytes)
    {
        Assert.InRange(PackedArtefacts.File(id).Length, 1, kilobytes * 1000);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void APackageHasItsLibraryWhatExplainsItAndNothingElse(string id)
    {
        using var package = PackedArtefacts.Open(id);
        using var symbols = PackedArtefacts.Open(id, "snupkg");

        var files = package.Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal));
        Assert.Equal(
            ["LICENSE", "README.md", $"{id}.nuspec", "[Content_Types].xml", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"],
            files.Order(StringComparer.Ordinal));
        Assert.Contains($"lib/net10.0/{id}.pdb", symbols.Entries.Select(entry => entry.FullName));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void APackageSaysWhoseItIsAndWhereItsSourcesAre(string id)
    {
        using var package = PackedArtefacts.Open(id);
        using var nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single();

        string Of(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        Assert.Equal("MIT", Of("license"));
        Assert.Equal("README.md", Of("readme"));
        Assert.NotEmpty(Of("description"));
        var repository = metadata.Elements().Single(element => element.Name.LocalName == "repository");
        Assert.Equal(40, repository.Attribute("commit")!.Value.Length);
    }

    [Fact]
    public void WhatIsPublicIsDocumentedAndWhatIsNotIsNot()
    {
        using var package = PackedArtefacts.Open("StatusStream");
        using var reader = new StreamReader(package.GetEntry("lib/net10.0/StatusStream.xml")!.Open());
        var documentation = reader.ReadToEnd();

        Assert.Contains("T:PipelineAspire.StatusStream.StatusStreamBuilder", documentation, StringComparison.Ordinal);
        Assert.DoesNotContain($"T:PipelineAspire.StatusStream.Broadcasting.{InternalType}", documentation, StringComparison.Ordinal);
    }

    [Fact]
    public void TheClientDependsOnNothing()
    {
        using var package = PackedArtefacts.Open("StatusStream.Client");
        using var nuspec = package.GetEntry("StatusStream.Client.nuspec")!.Open();

        Assert.DoesNotContain(XDocument.Load(nuspec).Descendants(), element => element.Name.LocalName == "dependency");
    }
}
