namespace Aspire.Hosting.ApplicationModel;

/// <summary>How many processes a project runs as.</summary>
public class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    public int Replicas { get; } = replicas;
}
