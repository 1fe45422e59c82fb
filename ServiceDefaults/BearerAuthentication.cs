using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PipelineAspire.ServiceDefaults;

/// <summary>People and services that present a JSON Web Token, as ASP.NET Core's own section <c>Authentication:Schemes:Bearer</c> says.</summary>
public static class BearerAuthentication
{
    private const string Section = "Authentication:Schemes:" + JwtBearerDefaults.AuthenticationScheme;

    /// <summary>How much two clocks may disagree. Less than 5 s: so long after its end may a stream go on (CONTRACT §7).</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(4);

    /// <summary>True when tokens are asked for.</summary>
    public static bool HasBearer(this IConfiguration configuration) => configuration.GetSection(Section).Exists();

    /// <summary>
    /// Authenticates requests by their bearer tokens, which are taken from the <c>Authorization</c> header alone. Without an authority or
    /// signing keys, or without audiences, the host does not start.
    /// </summary>
    public static WebApplicationBuilder AddBearerAuthentication(this WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication().AddJwtBearer();
        builder.Services.AddSingleton<IOptionsChangeTokenSource<JwtBearerOptions>>(
            new ConfigurationChangeTokenSource<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, builder.Configuration.GetSection(Section)));
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .PostConfigure(static options =>
            {
                options.MapInboundClaims = false; // claims keep the names that the token has for them
                options.SaveToken = false; // nobody needs it any more, and streams live long
                options.TokenValidationParameters.ClockSkew = ClockSkew;

                // Else they are read from the configuration for every request.
                if (options.TokenValidationParameters.IssuerSigningKeys is { } keys) options.TokenValidationParameters.IssuerSigningKeys = [.. keys];
            })
            .Validate(
                static options => options.Authority is not null || options.MetadataAddress is not null || options.Configuration is not null
                    || options.TokenValidationParameters.IssuerSigningKeys?.Any() == true,
                $"{Section} says to ask for tokens and not how to tell a good one: it needs Authority, or SigningKeys with ValidIssuer.")
            .Validate(
                static options => options.Audience is not null || options.TokenValidationParameters.ValidAudience is not null
                    || options.TokenValidationParameters.ValidAudiences?.Any() == true || !options.TokenValidationParameters.ValidateAudience,
                $"{Section} needs ValidAudiences: whom tokens are for that are good here.")
            .ValidateOnStart();
        return builder;
    }
}
