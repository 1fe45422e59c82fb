using Microsoft.Net.Http.Headers;

namespace PipelineAspire.Web.Assets;

/// <summary>
/// Takes the content codings that a client refuses (weight 0: RFC 9110, 12.4.2) out of <c>Accept-Encoding</c> before routing chooses
/// among an asset's encodings, which fails on that weight or takes it for a wish.
/// </summary>
internal sealed class RefusedEncodings : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            Forget(context.Request.Headers);
            return rest(context);
        });
        next(app);
    };

    private static void Forget(IHeaderDictionary headers)
    {
        if (headers.AcceptEncoding.Count == 0 || !StringWithQualityHeaderValue.TryParseList(headers.AcceptEncoding, out var codings)) return;
        if (codings.Any(IsRefused)) headers.AcceptEncoding = codings.Where(coding => !IsRefused(coding)).Select(coding => coding.ToString()).ToArray();
    }

    private static bool IsRefused(StringWithQualityHeaderValue coding) => coding.Quality is 0;
}
