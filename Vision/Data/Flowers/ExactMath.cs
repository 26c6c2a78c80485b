namespace Linnaeus.Vision.Data.Flowers;

/// <summary>
/// Functions of additions, multiplications and square roots only, which IEEE 754 rounds identically on every
/// processor; the platform's sine may differ in the last bit, and images would differ with it.
/// </summary>
internal static class ExactMath
{
    /// <summary>Cosine and sine of an angle in turns (1 is a full circle), to about 1e-13.</summary>
    public static (double Cos, double Sin) CosSin(double turns)
    {
        var quarter = Math.Floor(4 * turns + 0.5);
        var x = (turns - quarter / 4) * (2 * Math.PI);
        var xx = x * x;
        // Taylor series, |x| <= pi/4.
        var sin = x * (1 - xx / 6 * (1 - xx / 20 * (1 - xx / 42 * (1 - xx / 72 * (1 - xx / 110 * (1 - xx / 156))))));
        var cos = 1 - xx / 2 * (1 - xx / 12 * (1 - xx / 30 * (1 - xx / 56 * (1 - xx / 90 * (1 - xx / 132 * (1 - xx / 182))))));
        return ((long)quarter & 3) switch
        {
            0 => (cos, sin),
            1 => (-sin, cos),
            2 => (-cos, -sin),
            _ => (sin, -cos),
        };
    }

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, smooth between.</summary>
    public static double SmoothStep(double from, double to, double x)
    {
        var t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }
}
