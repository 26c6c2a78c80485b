using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Linnaeus.Services.Tests.Platform;

namespace Linnaeus.Services.Tests.Explaining;

/// <summary>Damaged image files through the service: each is used or refused with its fault, and the service stays up.</summary>
public sealed class BrokenImageTests(ServicesFixture services)
{
    private const int Mutations = 30;

    // The same 24 x 16 pixels in three formats.
    private static readonly byte[] Jpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZP" +
        "NS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAQABgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL" +
        "/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1" +
        "dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQF" +
        "BgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm" +
        "Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDjINN/2a0I" +
        "NM/2a6C203p8tattpnT5a4aVT2py4TM7dTm4NK6fLRXax2CxkDZlvSiqnUwsJcs5a+jf5I+lo5nJxP/Z");

    private static readonly byte[] WebP = Convert.FromBase64String(
        "UklGRnwAAABXRUJQVlA4IHAAAABwBACdASoYABAAPtFapkyoJSOiMAgBABoJbACdMoRwN5WBLiXZBanYmMRISAD+/igySe09sWDfIHDAT1rVaoJ9nvyXMf4dKLllbKAR8c3JTPsq/B6i" +
        "zPmUmW0s68i19e1aGHWlU/kMJqArzbwcQAAA");

    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAAAY0lEQVR4nK3SOQ6AMAxE0QmEnQASiPsflS6yCEm8IL1i3PzKDsD8B48DgLOLocaIhlqLV8irpaFO5zPUK+RCg1QhNIqU" +
        "QxNfNcT9bU5o4WCG1ip+KOTdQBCFtsQVtzS0Eyc9H/dzCr9NSix1AAAAAElFTkSuQmCC");

    [Fact]
    public async Task Mutated_files_are_used_or_refused_and_the_service_stays_up()
    {
        var version = await Versions.RegisterAsync(services.Registry, $"fuzzed-{Guid.NewGuid():N}", ["aster", "bellis"], imageSize: 32);
        var model = $"models:/{version.Name}/{version.Version}";
        var before = await Task.WhenAll(new[] { Jpeg, WebP, Png }.Select(image => PredictAsync(model, image)));
        Assert.All(before, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));

        var random = new Random(20);
        var refused = 0;
        foreach (var seed in new[] { Jpeg, WebP, Png })
        {
            for (var i = 0; i < Mutations; i++)
            {
                var file = Mutate(seed, random);
                var (status, body) = await PredictAsync(model, file);
                if (status == HttpStatusCode.OK)
                    continue;
                Assert.True(status == HttpStatusCode.UnprocessableEntity, $"{status} of {Convert.ToBase64String(file)}: {body}");
                Assert.False(string.IsNullOrWhiteSpace(body.GetProperty("detail").GetString()));
                refused++;
            }
        }
        Assert.InRange(refused, 1, 3 * Mutations);

        var after = await Task.WhenAll(new[] { Jpeg, WebP, Png }.Select(image => PredictAsync(model, image)));
        foreach (var (first, second) in before.Zip(after))
            Assert.Equal(Probability(first.Body), Probability(second.Body), 5); // what is computed together may differ by rounding
        using var health = await services.Explainer.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var file = (byte[])seed.Clone();
        switch (random.Next(4))
        {
            case 0: // cut off
                return file[..random.Next(1, file.Length)];
            case 1: // a piece twice
                var at = random.Next(file.Length);
                return [.. file[..at], .. file[(at / 2)..]];
            case 2: // a piece of noise
                random.NextBytes(file.AsSpan(random.Next(file.Length))[..1]);
                var from = random.Next(file.Length);
                random.NextBytes(file.AsSpan(from, Math.Min(16, file.Length - from)));
                return file;
            default: // single bytes
                for (var i = random.Next(1, 6); i > 0; i--)
                    file[random.Next(file.Length)] = (byte)random.Next(256);
                return file;
        }
    }

    private static double Probability(JsonElement answer) => answer.GetProperty("predictions")[0].GetProperty("probability").GetDouble();

    private async Task<(HttpStatusCode Status, JsonElement Body)> PredictAsync(string model, byte[] image)
    {
        using var response = await services.Explainer.PostAsJsonAsync("/api/predictions", new { model, images = new[] { Convert.ToBase64String(image) } });
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
