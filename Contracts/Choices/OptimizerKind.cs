using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Linnaeus.Contracts;

/// <summary>PyTorch's optimizers of the same names.</summary>
public enum OptimizerKind
{
    [JsonStringEnumMemberName("adamw"), Display(Description = "decoupled weight decay (Loshchilov and Hutter 2019)")]
    AdamW,

    [JsonStringEnumMemberName("adam"), Display(Description = "Kingma and Ba 2015")]
    Adam,

    [JsonStringEnumMemberName("sgd"), Display(Description = "stochastic gradient descent with momentum")]
    Sgd,
}
