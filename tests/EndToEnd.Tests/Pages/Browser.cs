using Microsoft.Playwright;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>The machine's own Chromium, driven by Playwright.</summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>A host of an office, on plain http: it leads here, and is no secure context.</summary>
    public const string PlainHttpHost = "dashboard.lan";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        $"--host-resolver-rules=MAP {PlainHttpHost} 127.0.0.1",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <param name="withBackForwardCache">Whether pages left may come back as they were; Playwright switches that off.</param>
    public static async Task<Browser> StartAsync(bool withBackForwardCache = false)
    {
        var playwright = await Playwright.CreateAsync().WaitAsync(Bounded.Patience);
        try
        {
            var options = new BrowserTypeLaunchOptions
            {
                ExecutablePath = Find(),
                Args = Arguments,
                IgnoreDefaultArgs = withBackForwardCache ? ["--disable-back-forward-cache"] : null,
            };
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(options).WaitAsync(Bounded.Patience));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>A visitor of Web: a browser without history, cookies or cache.</summary>
    public async Task<Visitor> VisitAsync(Uri web, BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.BaseURL = web.AbsoluteUri;
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout((float)Bounded.Patience.TotalMilliseconds);
        return new Visitor(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"None of {string.Join(", ", Names)} is on the PATH: the browser tests need one of them.");
    }
}
