using System.Security.Cryptography;
using System.Text;

namespace PipelineAspire.StatusStream.Http;

/// <summary>Whoever calls must know a configured key, sent as a bearer token: 401 for those who do not.</summary>
/// <param name="key">The key.</param>
/// <param name="detail">What a refused caller is told.</param>
internal sealed class BearerKey(string key, string detail) : IEndpointFilter
{
    private const string Scheme = "Bearer";

    /// <summary>What is wrong with a key, or null: it has to be text that a header can carry.</summary>
    public static string? ProblemOf(string setting, string? key) => key is null || (key.Length > 0 && key.All(static c => c is > ' ' and <= '~'))
        ? null
        : $"{setting} must be printable ASCII without white space, and not empty; leave it out to have none.";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (IsIn(context.HttpContext.Request)) return next(context);
        context.HttpContext.Response.Headers.WWWAuthenticate = Scheme;
        return ValueTask.FromResult<object?>(TypedResults.Problem(detail, statusCode: StatusCodes.Status401Unauthorized));
    }

    private bool IsIn(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase)) return false;
        var given = Encoding.UTF8.GetBytes(header[(Scheme.Length + 1)..].Trim());
        return CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(key)); // tells nothing by its duration
    }
}
