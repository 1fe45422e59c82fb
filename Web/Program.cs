using PipelineAspire.ServiceDefaults;
using PipelineAspire.StatusStream;
using PipelineAspire.StatusStream.Forwarding;
using PipelineAspire.Web.Account;
using PipelineAspire.Web.Assets;
using PipelineAspire.Web.BrowserClient;
using PipelineAspire.Web.Demo;
using PipelineAspire.Web.Hub;
using PipelineAspire.Web.Pages;
using PipelineAspire.Web.Pipelines;
using PipelineAspire.Web.Security;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(quietPaths: ["/demo/api/state", "/ui-api/pipeline/status", "/css", "/js"]);
builder.AddMemoryTrimming();
// Development does this by itself; here any environment serves compressed assets straight from a build. After publish it finds nothing to do.
builder.WebHost.UseStaticWebAssets();
// Assets are served as the build made them, small and to be kept: by default a build serves them from their folder, hardly compressed and under no-cache.
builder.Configuration["ReloadStaticAssetsAtRuntime"] ??= "false";
builder.Services.AddSingleton<IStartupFilter, RefusedEncodings>();
builder.AddStreamServer();
builder.AddForwardedHeaders();
builder.AddSignIn(builder.AddHub());
builder.Services.AddPipelineReader();
builder.Services.AddBrowserClient();
builder.Services.AddDemo(builder.Configuration, builder.Environment);
builder.Services.AddRazorPages();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseExceptionHandler("/error");
app.UseSignIn();
app.MapDefaultEndpoints();
app.MapStaticAssets();
app.MapPages();
app.MapDemo();
app.MapHub();
app.MapAccount();
app.Run();
