using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>One page in a browser of its own, with what it asked the server for and what it complained of.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _console = new();

    public Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Request += (_, request) => _requests.Enqueue(new Uri(request.Url).AbsolutePath);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) => (message.Type == "error" ? _complaints : _console).Enqueue(message.Text);
    }

    public IPage Page { get; }

    /// <summary>The paths that were asked for, in order.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Errors of scripts and of the console.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>What scripts logged that is no error.</summary>
    public IReadOnlyList<string> Console => [.. _console];

    /// <summary>The element that stands for a pipeline.</summary>
    public ILocator Pipeline(string id) => Page.Locator($"[data-pipeline-id='{id}']");

    public ILocator Connection => Page.Locator("[data-connection-state]");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
