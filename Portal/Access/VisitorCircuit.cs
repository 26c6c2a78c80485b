using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Linnaeus.Portal.Access;

/// <summary>Tells a circuit whose it is, before its first component.</summary>
internal sealed class VisitorCircuit(Visitor visitor, AuthenticationStateProvider states) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) =>
        visitor.Recognize((await states.GetAuthenticationStateAsync()).User);
}
