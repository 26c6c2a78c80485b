using Linnaeus.Registry.Evaluations;

namespace Linnaeus.Registry.Promotion;

internal static class PromotionServices
{
    public static IServiceCollection AddPromotion(this IServiceCollection services) => services
        .AddScoped<AliasPromotion>().AddScoped<PolicyCheck>().AddScoped<EvaluationReader>();
}
