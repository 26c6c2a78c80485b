using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Linnaeus.Access;

/// <summary>Requires a scope that includes the one the request needs (<see cref="NeededScope"/>).</summary>
internal sealed class ScopeRequirement : AuthorizationHandler<ScopeRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (context.Resource is HttpContext http && AccessClaims.ScopeOf(context.User) >= NeededScope.Of(http)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
