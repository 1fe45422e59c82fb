using PipelineAspire.StatusStream;

var builder = WebApplication.CreateBuilder(args);
builder.AddStreamServer(); // Kestrel for many long streams
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.UseDirectStreams()));
builder.Services.AddStatusStream(); // .AddRedis() shares one poll loop with other replicas, .AddUpstream() passes another hub's stream on

var app = builder.Build();
app.MapHealthChecks("/health");
app.MapStatusStream("/ui-api/pipeline"); // .RequireAuthorization(), .RequireCors(…): as with any endpoint
app.Run();
