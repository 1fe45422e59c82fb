using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>What an open stream keeps of the request it came with.</summary>
public class RememberedTests
{
    [Theory]
    [InlineData("")]
    [InlineData("&watch=1&list=1")]
    public async Task NeitherItsTokenNorWhatWasReadInItIsHeldByAnOpenStream(string query)
    {
        var request = new List<WeakReference>();
        await using var api = await RunningApi.StartAsync(
            services => services.PostConfigure<JwtBearerOptions>(
                JwtBearerDefaults.AuthenticationScheme, options => options.Events = new JwtBearerEvents { OnTokenValidated = Note }),
            Guarded.Tokens.Settings);
        using var stream = await SseClient.OpenAsync(api.Url.Port, "mine" + query, $"Authorization: Bearer {Guarded.Tokens.Of("ann", ["*"])}\r\n");
        await stream.NextTextAsync();
        Assert.Equal(3, request.Count);

        await Patience.UntilAsync(IsForgotten, "nothing holds the request, its token and who was read in it");

        Assert.Equal(1, api.Streams.Count);

        Task Note(TokenValidatedContext context)
        {
            request.AddRange([new WeakReference(context.HttpContext), new WeakReference(context.SecurityToken), new WeakReference(context.Principal)]);
            return Task.CompletedTask;
        }

        bool IsForgotten()
        {
            GC.Collect();
            return !request.Exists(static seen => seen.IsAlive);
        }
    }
}
