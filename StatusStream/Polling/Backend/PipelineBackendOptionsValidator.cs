using System.Text.Encodings.Web;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

internal sealed class PipelineBackendOptionsValidator : IValidateOptions<PipelineBackendOptions>
{
    private const string Section = PipelineBackendOptions.Section;
    private const int MaxFields = 32;

    public ValidateOptionsResult Validate(string? name, PipelineBackendOptions options)
    {
        string[] failures = [.. Failures(options)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(PipelineBackendOptions options)
    {
        if (!IsHttpUrl(options.BaseUrl))
            yield return
                $"{Section}:BaseUrl must be an absolute http or https URL without query or fragment, like http://host:8080/api; it is '{ShownAddress.Of(options.BaseUrl)}'.";
        if (!IsPath(options.HealthPath) || !options.HealthPath.Contains(PipelineBackendOptions.IdPlaceholder, StringComparison.Ordinal))
            yield return $"{Section}:HealthPath must start with '/' and contain {PipelineBackendOptions.IdPlaceholder}; it is '{options.HealthPath}'.";
        if (!IsPath(options.ListPath))
            yield return $"{Section}:ListPath must start with '/'; it is '{options.ListPath}'.";
        foreach (var failure in FormFailures(options).Concat(FieldFailures(options)).Concat(ActionFailures(options))) yield return failure;
        foreach (var (value, status) in options.StatusMap)
        {
            if (!PipelineStatuses.TryParse(status, out _))
                yield return $"{Section}:StatusMap:{value} must be one of {string.Join(", ", PipelineStatuses.AllNames)}; it is '{status}'.";
        }

        for (var i = 0; i < options.PipelineIds.Count; i++)
        {
            if (!PipelineId.IsValid(options.PipelineIds[i]))
                yield return
                    $"{Section}:PipelineIds:{i} must be 1 to {PipelineId.MaxLength} of A-Z a-z 0-9 . _ - " +
                    $"and not '.' or '..'; it is '{options.PipelineIds[i]}'.";
        }

        foreach (var (header, value) in options.Headers)
        {
            // The value may be a secret: it is never named.
            if (!CanSend(header, value)) yield return $"{Section}:Headers:{header} cannot be sent as a request header.";
        }
    }

    private static IEnumerable<string> FormFailures(PipelineBackendOptions options)
    {
        var batch = options.Batch;
        (string Name, string? Path, bool IsNeeded)[] paths =
        [
            ("StatusProperty", options.StatusProperty, true), ("ListItemsProperty", options.ListItemsProperty, false),
            ("Batch:ItemsProperty", batch.ItemsProperty, false), ("Batch:IdProperty", batch.IdProperty, true),
            ("Batch:StatusProperty", batch.StatusProperty, false),
        ];
        foreach (var (property, path, isNeeded) in paths)
        {
            if (path is null ? isNeeded : !JsonPath.IsValid(path))
                yield return $"{Section}:{property} must name a JSON property, or be a path of names joined by dots like status.phase; it is '{path}'.";
        }

        if (batch.Path is not null && (!IsPath(batch.Path) || batch.Path.Contains(PipelineBackendOptions.IdPlaceholder, StringComparison.Ordinal)))
        {
            yield return
                $"{Section}:Batch:Path must start with '/', and may contain {PipelineBackendOptions.IdsPlaceholder}, " +
                $"but not {PipelineBackendOptions.IdPlaceholder}; it is '{batch.Path}'.";
        }

        if (batch.MaxIds is < 2 or > 10_000) yield return $"{Section}:Batch:MaxIds must be from 2 to 10000; it is {batch.MaxIds}.";
        if (options.MaxBodyBytes is < 1024 or > PipelineBackendClient.MaxListBytes)
            yield return $"{Section}:MaxBodyBytes must be from 1024 to {PipelineBackendClient.MaxListBytes}; it is {options.MaxBodyBytes}.";
    }

    private static IEnumerable<string> FieldFailures(PipelineBackendOptions options)
    {
        if (options.Fields.Count > MaxFields) yield return $"{Section}:Fields may name at most {MaxFields} properties; it names {options.Fields.Count}.";
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < options.Fields.Count; i++)
        {
            var field = options.Fields[i];
            if (!JsonPath.IsValid(field) || field.Any(char.IsControl) || JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(field) != field)
                yield return
                    $"{Section}:Fields:{i} must name a JSON property, or be a path of names joined by dots like metrics.lag, " +
                    $"without characters that JSON escapes; it is '{field}'.";
            else if (!names.Add(field))
                yield return $"{Section}:Fields:{i} names '{field}' once more.";
        }
    }

    private static IEnumerable<string> ActionFailures(PipelineBackendOptions options)
    {
        foreach (var (action, path) in options.Actions)
        {
            if (!ActionName.IsValid(action)) yield return $"{Section}:Actions:{action} {ActionName.Rule}";
            if (!IsPath(path) || !path.Contains(PipelineBackendOptions.IdPlaceholder, StringComparison.Ordinal))
                yield return $"{Section}:Actions:{action} must start with '/' and contain {PipelineBackendOptions.IdPlaceholder}; it is '{path}'.";
        }
    }

    private static bool IsHttpUrl(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.Query.Length == 0 && url.Fragment.Length == 0;

    private static bool IsPath(string? text) =>
        text is ['/', ..] && !text.Contains('#', StringComparison.Ordinal) && !text.Any(char.IsControl)
        && Uri.TryCreate("http://host" + WithoutPlaceholders(text), UriKind.Absolute, out _);

    private static string WithoutPlaceholders(string path) => path
        .Replace(PipelineBackendOptions.IdsPlaceholder, "id", StringComparison.Ordinal)
        .Replace(PipelineBackendOptions.IdPlaceholder, "id", StringComparison.Ordinal);

    private static bool CanSend(string header, string? value)
    {
        using var request = new HttpRequestMessage();
        try
        {
            return value is not null && !value.Any(char.IsControl) && value.All(char.IsAscii) && request.Headers.TryAddWithoutValidation(header, value);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
