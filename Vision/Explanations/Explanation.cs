namespace Linnaeus.Vision.Explanations;

/// <summary>What shall be explained of an image: a class, or why one class and not another.</summary>
/// <param name="Class">Class index; null means the predicted class.</param>
/// <param name="Against">Class whose logit is subtracted from that of <paramref name="Class"/>; null subtracts nothing.</param>
public sealed record ExplanationTarget(int? Class = null, int? Against = null)
{
    /// <summary>The logit of that class alone.</summary>
    public static implicit operator ExplanationTarget(int index) => new(index);

    /// <summary>The logit of that class alone.</summary>
    public static ExplanationTarget FromInt32(int index) => new(index);
}

/// <summary>The number that is explained, and what else the network says of the image.</summary>
/// <param name="Target">Class index explained.</param>
/// <param name="Against">Class index whose logit is subtracted, if any.</param>
/// <param name="Score">What is explained: the target's logit, minus that of <paramref name="Against"/>.</param>
/// <param name="Logit">The target's logit.</param>
/// <param name="LogProbabilities">Natural logarithms of the softmax probabilities of all classes.</param>
public sealed record ExplainedScore(int Target, int? Against, float Score, float Logit, IReadOnlyList<float> LogProbabilities);

/// <summary>An explanation of one image by any method.</summary>
/// <param name="Explained">The number that is explained.</param>
/// <param name="Map">The attribution as the method defines it.</param>
public abstract record Explanation(ExplainedScore Explained, Attribution Map)
{
    /// <summary>Class index explained.</summary>
    public int Target => Explained.Target;

    /// <summary>The target's logit.</summary>
    public float Logit => Explained.Logit;

    /// <summary>Natural logarithms of the probabilities of all classes.</summary>
    public IReadOnlyList<float> LogProbabilities => Explained.LogProbabilities;

    /// <summary>[H, W], signed: positive places speak for the score. Channels are summed.</summary>
    public float[] Signed() => Map.Signed();

    /// <summary>[H, W], not negative: how much each place matters, by the sum of absolute values over the channels.</summary>
    public float[] Magnitude() => Map.Magnitude();

    /// <summary>[H, W], not negative: how much each place speaks for the score.</summary>
    public virtual float[] PositiveEvidence() => Array.ConvertAll(Signed(), value => Math.Max(0, value));
}
