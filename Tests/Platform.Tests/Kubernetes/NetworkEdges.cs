using YamlDotNet.RepresentationModel;

namespace Linnaeus.Platform.Tests.Kubernetes;

/// <summary>Allowed connections inside the namespace: both the sender's and the receiver's policies must permit them.</summary>
internal static class NetworkEdges
{
    /// <returns><c>sender &gt; receiver:port</c> of every pair of workloads.</returns>
    public static IEnumerable<string> Of(Overlay overlay)
    {
        var policies = overlay.OfKind("NetworkPolicy").ToList();
        foreach (var sender in overlay.Workloads)
        {
            foreach (var receiver in overlay.Workloads.Where(w => w != sender))
            {
                foreach (var port in receiver.Container().List("ports"))
                {
                    if (Allows(policies, "Egress", "to", sender, receiver, port) && Allows(policies, "Ingress", "from", receiver, sender, port))
                        yield return $"{sender.Text("metadata", "name")} > {receiver.Text("metadata", "name")}:{port.Text("containerPort")}";
                }
            }
        }
    }

    /// <summary>Without a policy everything is allowed; each policy adds its rules.</summary>
    private static bool Allows(IEnumerable<YamlMappingNode> policies, string direction, string peers, YamlMappingNode guarded, YamlMappingNode peer, YamlNode port)
    {
        var own = policies.Where(p => p.List("spec", "policyTypes").Any(t => ((YamlScalarNode)t).Value == direction)
            && Matches(p.At("spec", "podSelector")!, guarded)).ToList();
        return own.Count == 0 || own.SelectMany(p => p.List("spec", direction.ToLowerInvariant())).Any(rule =>
            rule.List(peers).Any(other => other.At("namespaceSelector") is null && other.At("podSelector") is { } selector && Matches(selector, peer))
            && rule.List("ports").Any(p => p.Text("port") == port.Text("containerPort") || p.Text("port") == port.Text("name")));
    }

    private static bool Matches(YamlNode selector, YamlMappingNode workload)
    {
        var labels = workload.Map("spec", "template", "metadata", "labels");
        return selector.Map("matchLabels").All(wanted => labels.GetValueOrDefault(wanted.Key) == wanted.Value)
            && selector.List("matchExpressions").All(e => e.Text("operator") == "In"
                && e.List("values").Any(v => ((YamlScalarNode)v).Value == labels.GetValueOrDefault(e.Text("key")!)));
    }
}
