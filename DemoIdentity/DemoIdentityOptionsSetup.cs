using Microsoft.Extensions.Options;

namespace PipelineAspire.DemoIdentity;

internal static class DemoIdentityOptionsSetup
{
    public static void AddDemoIdentityOptions(this IServiceCollection services)
    {
        services.AddOptions<DemoIdentityOptions>().BindConfiguration(DemoIdentityOptions.Section)
            .PostConfigure<IHostEnvironment>(SetDefaults).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DemoIdentityOptions>, DemoIdentityOptionsValidator>();
    }

    private static void SetDefaults(DemoIdentityOptions options, IHostEnvironment environment)
    {
        if (environment.IsDevelopment())
        {
            if (options.ClientSecret.Length == 0) options.ClientSecret = "demo-secret";
            if (options.ServiceClientSecret.Length == 0) options.ServiceClientSecret = "demo-service-secret";
        }

        if (options.People.Count > 0) return;
        options.People.Add(new PersonOptions { Sub = "ada", Name = "Ada", Pipelines = { "*" } });
        options.People.Add(new PersonOptions
        {
            Sub = "ben",
            Name = "Ben",
            Pipelines = { "orders-*", "payments-*", "inventory-*", "shipment-*", "customer-*", "price-*" },
        });
    }
}
