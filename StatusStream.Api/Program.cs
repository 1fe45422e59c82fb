using PipelineAspire.ServiceDefaults;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Requests;
using PipelineAspire.StatusStream.Streaming;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddStreamServer();
builder.Services
    .AddDiagnostics()
    .AddBackplane()
    .AddPolling()
    .AddBroadcasting()
    .AddStreaming()
    .AddRequests()
    .AddRedisBackplane(builder.Configuration)
    .AddProblemDetails()
    .AddOpenApi();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapDefaultEndpoints();
app.MapOpenApi();
app.MapStreaming();
app.MapRequests();
app.MapControl();
app.Run();
