using System.Text.Json;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Says in words what is wrong with a list that nobody can read.</summary>
internal static class ListShape
{
    private const int NamedAtMost = 5;
    private const int LongestName = 40;
    private const string ItemsSetting = PipelineBackendOptions.Section + ":ListItemsProperty";
    private const string IdSetting = PipelineBackendOptions.Section + ":Batch:IdProperty";

    /// <summary>There is no array where one is expected.</summary>
    public static BackendException NoArray(JsonElement root, JsonPath? path, JsonElement? found) => Unexpected(
        (path, found) switch
        {
            (null, _) => $"an array was expected, and it is {Kind(root)}",
            (_, null) => $"it has no '{path}'; it is {Kind(root)}",
            (_, { } other) => $"'{path}' is {Kind(other)} and no array",
        },
        ItemsSetting);

    /// <summary>There are items, and no pipeline in them.</summary>
    public static BackendException NoIds(int items, IEnumerable<JsonPath> ids) => Unexpected(
        $"none of its items ({items}) has a pipeline's id under {string.Join(" or ", ids.Select(id => $"'{id}'").Distinct(StringComparer.Ordinal))}",
        $"{ItemsSetting} and {IdSetting}");

    private static BackendException Unexpected(string what, string settings) =>
        new($"The list of pipelines has another shape than expected: {what}, see {settings}.", timedOut: false);

    private static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object" + Properties(json),
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => "a single value",
    };

    private static string Properties(JsonElement json)
    {
        var names = json.EnumerateObject().Select(NameOf).OfType<string>().Take(NamedAtMost).ToList();
        return names.Count == 0 ? "" : $" with {string.Join(", ", names)}";
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name is { Length: > 0 and <= LongestName } name && !name.Any(char.IsControl) ? name : null;
        }
        catch (InvalidOperationException)
        {
            return null; // an escape that is no character
        }
    }
}
