using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>Quadrature rules on [0, 1].</summary>
public enum QuadratureRule
{
    [JsonStringEnumMemberName("gauss-legendre"), Display(Description = "exact for polynomials of degree 2n - 1")]
    GaussLegendre,

    [JsonStringEnumMemberName("trapezoid"), Display(Description = "equidistant nodes from 0 to 1")]
    Trapezoid,
}
