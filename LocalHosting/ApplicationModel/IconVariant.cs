namespace Aspire.Hosting.ApplicationModel;

/// <summary>How Aspire's dashboard draws a command's icon. Ours shows words, and no icons.</summary>
public enum IconVariant
{
    Regular,
    Filled,
}
