using PipelineAspire.FakePipelineBackend;
using PipelineAspire.FakePipelineBackend.Control;
using PipelineAspire.FakePipelineBackend.Counting;
using PipelineAspire.FakePipelineBackend.Faults;
using PipelineAspire.FakePipelineBackend.Pipelines;
using PipelineAspire.FakePipelineBackend.Scripting;
using PipelineAspire.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddFakeBackendOptions();
builder.Services.AddProblems();
builder.Services.AddPipelines();
builder.Services.AddFaults();
builder.Services.AddCounting();
builder.Services.AddScripting();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapDefaultEndpoints();
app.MapReads();
app.MapMoves();
app.MapControl();
app.Run();
