using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PipelineAspire.LocalHosting.Commands;

/// <summary>A command that is one HTTP request.</summary>
internal sealed class HttpCommand(string path, EndpointReference endpoint, HttpCommandOptions options)
{
    public async Task<ExecuteCommandResult> RunAsync(ExecuteCommandContext context)
    {
        if (!endpoint.IsAllocated) return CommandResults.Failure("The endpoint is not allocated yet.");

        using var client = context.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient(options.HttpClientName ?? Options.DefaultName);
        using var request = new HttpRequestMessage(options.Method ?? HttpMethod.Post, new UriBuilder(endpoint.Url) { Path = path }.Uri);
        if (options.PrepareRequest is { } prepare)
        {
            await prepare(new HttpCommandRequestContext
            {
                ServiceProvider = context.ServiceProvider,
                ResourceName = context.ResourceName,
                Endpoint = endpoint,
                CancellationToken = context.CancellationToken,
                HttpClient = client,
                Request = request,
            });
        }

        try
        {
            using var response = await client.SendAsync(request, context.CancellationToken);
            return options.GetCommandResult is { } judge ? await judge(Result(context, client, response)) : await JudgeAsync(response, context.CancellationToken);
        }
        catch (HttpRequestException failed)
        {
            return CommandResults.Failure(failed);
        }
    }

    private static async Task<ExecuteCommandResult> JudgeAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.IsSuccessStatusCode
            ? CommandResults.Success()
            : CommandResults.Failure($"The answer is {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");

    private HttpCommandResultContext Result(ExecuteCommandContext context, HttpClient client, HttpResponseMessage response) => new()
    {
        ServiceProvider = context.ServiceProvider,
        ResourceName = context.ResourceName,
        Endpoint = endpoint,
        CancellationToken = context.CancellationToken,
        HttpClient = client,
        Response = response,
    };
}
