using System.Security.Claims;
using PipelineAspire.StatusStream;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddStatusStream();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.UseDirectStreams()));
builder.Services.AddAuthentication().AddBearerToken();
builder.Services.AddAuthorization().AddCors(cors => cors.AddPolicy("pages", pages => pages.WithOrigins("https://pages.example").WithHeaders("content-type")));
var app = builder.Build();
app.UseCors(); // first: what browsers ask beforehand, they ask without credentials
app.UseAuthentication();
app.UseAuthorization();
app.MapPost("/token", () => Results.SignIn(new ClaimsPrincipal(new ClaimsIdentity("BearerToken")), authenticationScheme: "BearerToken"));
app.MapStatusStream("/ui-api/pipeline").RequireAuthorization().RequireCors("pages");
app.Run();
