namespace Linnaeus.Vision.Explanations;

/// <summary>The target to explain: a class, or a class against a contrast class.</summary>
/// <param name="Class">Class index; null means the predicted class.</param>
/// <param name="Against">Class whose logit is subtracted from that of <paramref name="Class"/>; null for none.</param>
public sealed record ExplanationTarget(int? Class = null, int? Against = null)
{
    /// <summary>The logit of one class.</summary>
    public static implicit operator ExplanationTarget(int index) => new(index);

    /// <summary>The logit of one class.</summary>
    public static ExplanationTarget FromInt32(int index) => new(index);
}

/// <summary>The explained score and the network's prediction.</summary>
/// <param name="Target">Explained class index.</param>
/// <param name="Against">Contrast class index, if any.</param>
/// <param name="Score">The target's logit, minus that of <paramref name="Against"/>.</param>
/// <param name="Logit">The target's logit.</param>
/// <param name="LogProbabilities">Natural logarithms of the softmax probabilities of all classes.</param>
public sealed record ExplainedScore(int Target, int? Against, float Score, float Logit, IReadOnlyList<float> LogProbabilities);

/// <summary>An explanation of one image by any method.</summary>
/// <param name="Explained">The explained score.</param>
/// <param name="Map">The attribution as the method defines it.</param>
public abstract record Explanation(ExplainedScore Explained, Attribution Map)
{
    /// <summary>Explained class index.</summary>
    public int Target => Explained.Target;

    /// <summary>The target's logit.</summary>
    public float Logit => Explained.Logit;

    /// <summary>Natural logarithms of the probabilities of all classes.</summary>
    public IReadOnlyList<float> LogProbabilities => Explained.LogProbabilities;

    /// <summary>[H, W], signed: positive values support the score. Channels are summed.</summary>
    public float[] Signed() => Map.Signed();

    /// <summary>[H, W], non-negative: sum of absolute values over the channels.</summary>
    public float[] Magnitude() => Map.Magnitude();

    /// <summary>[H, W], non-negative: support for the score.</summary>
    public virtual float[] PositiveEvidence() => Array.ConvertAll(Signed(), value => Math.Max(0, value));
}
