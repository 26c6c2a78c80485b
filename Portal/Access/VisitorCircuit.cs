using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Linnaeus.Portal.Access;

/// <summary>Sets the visitor of a circuit before its first component renders.</summary>
internal sealed class VisitorCircuit(Visitor visitor, AuthenticationStateProvider states) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) =>
        visitor.Recognize((await states.GetAuthenticationStateAsync()).User);
}
