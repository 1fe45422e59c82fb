using PipelineAspire.EndToEnd.Tests.AppModel;
using PipelineAspire.EndToEnd.Tests.Demos;
using PipelineAspire.EndToEnd.Tests.Pages;
using Xunit.Abstractions;

namespace PipelineAspire.EndToEnd.Tests.Running;

/// <summary>The order in which collections begin: one that takes long and begins last would run on with nobody beside it.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [ApplicationCollection.Name, DemoCollection.Name, PagesCollection.Name];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(Place).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    private static int Place(ITestCollection collection) =>
        Array.IndexOf(Longest, collection.DisplayName) is >= 0 and var place ? place : Longest.Length;
}
