using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace PipelineAspire.LocalHosting.Planning;

/// <summary>Who depends on whom, by waiting or by reference.</summary>
internal static class ResourceOrder
{
    /// <summary>What the resource waits for before it starts.</summary>
    public static IEnumerable<IResource> WaitsFor(IResource resource) =>
        resource.Annotations.OfType<WaitForAnnotation>().Select(wait => wait.Resource).Distinct();

    /// <summary>
    /// In which order to stop: nobody stops before those that use it, and what is not a project (Redis) stops last.
    /// </summary>
    /// <exception cref="DistributedApplicationException">Resources wait for each other in a circle.</exception>
    public static IReadOnlyList<IReadOnlyList<IResource>> StopLevels(IReadOnlyCollection<IResource> resources)
    {
        RefuseCircles(resources);
        var levels = new List<IReadOnlyList<IResource>>();
        var left = resources.Where(resource => resource is ProjectResource).ToList();
        while (left.Count > 0)
        {
            var used = left.SelectMany(user => Uses(user).Where(other => other != user)).ToHashSet();
            var level = left.Where(resource => !used.Contains(resource)).ToList();

            // References, unlike waits, may go both ways; then there is no order to keep.
            if (level.Count == 0) level = [.. left];
            levels.Add(level);
            left.RemoveAll(level.Contains);
        }

        var others = resources.Where(resource => resource is not ProjectResource).ToList();
        if (others.Count > 0) levels.Add(others);
        return levels;
    }

    private static IEnumerable<IResource> Uses(IResource resource) => WaitsFor(resource)
        .Concat(resource.Annotations.OfType<ServiceReferenceAnnotation>().Select(reference => reference.Service))
        .Concat(resource.Annotations.OfType<ConnectionReferenceAnnotation>().Select(reference => reference.Source));

    private static void RefuseCircles(IReadOnlyCollection<IResource> resources)
    {
        var left = resources.ToList();
        while (left.Count > 0)
        {
            var startable = RemoveStartable(left);
            if (startable == 0)
            {
                throw new DistributedApplicationException(
                    $"These resources wait for each other: {string.Join(", ", left.Select(resource => resource.Name))}.");
            }
        }
    }

    private static int RemoveStartable(List<IResource> left)
    {
        var waitedFor = left.ToHashSet();
        return left.RemoveAll(resource => !WaitsFor(resource).Any(waitedFor.Contains));
    }
}
