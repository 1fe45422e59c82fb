using PipelineAspire.ServiceDefaults;
using PipelineAspire.Web.BrowserClient;
using PipelineAspire.Web.Hosting;
using PipelineAspire.Web.Pipelines;
using PipelineAspire.Web.Proxy;
using PipelineAspire.Web.Security;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddLongLivedConnections();
builder.Services.AddStatusStreamProxy(builder.Configuration);
builder.Services.AddPipelineReader();
builder.Services.AddBrowserClient();
builder.Services.AddRazorPages();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseExceptionHandler("/error");
app.MapDefaultEndpoints();
app.MapStaticAssets();
app.MapRazorPages().WithStaticAssets();
app.MapFallbackToPage("/NotFound");
app.MapStatusStreamProxy();
app.Run();
