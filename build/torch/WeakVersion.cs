using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit little-endian ELF library and marks one of the symbol versions that it needs as weak (VER_FLG_WEAK in vna_flags), so that the loader
/// accepts a system whose library lacks that version. Nothing else changes. See "Symbol Versioning" in the Linux Standard Base, section 10.7.
/// </summary>
public sealed class WeakVersion : Task
{
    private const uint VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 0x2; // VER_FLG_WEAK

    /// <summary>The library as its package holds it; never written to.</summary>
    [Required]
    public string Source { get; set; } = "";

    /// <summary>The symbol version, for example GLIBCXX_3.4.32.</summary>
    [Required]
    public string Version { get; set; } = "";

    /// <summary>The copy. It appears whole or not at all.</summary>
    [Required]
    public string Destination { get; set; } = "";

    public override bool Execute()
    {
        var file = File.ReadAllBytes(Source);
        var flags = FlagsOffset(file);
        if (flags < 0)
        {
            Log.LogError("{0} is not a 64-bit ELF library that needs {1}. Update build/torch to this version of TorchSharp.", Source, Version);
            return false;
        }
        file[flags] |= (byte)Weak;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Destination))!);
        // Projects build at the same time; each writes the same bytes.
        var part = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(part, file);
        if (File.Exists(Destination))
            File.Replace(part, Destination, null);
        else
            MoveUnlessThere(part);
        return true;
    }

    private void MoveUnlessThere(string part)
    {
        try
        {
            File.Move(part, Destination);
        }
        catch (IOException) when (File.Exists(Destination))
        {
            File.Delete(part);
        }
    }

    // Where vna_flags of the version stands in the file; -1 when it is not needed.
    private int FlagsOffset(byte[] file)
    {
        if (file.Length < 64 || file[0] != 0x7f || file[1] != 'E' || file[2] != 'L' || file[3] != 'F' || file[4] != 2 || file[5] != 1)
            return -1;
        var sections = (int)BitConverter.ToUInt64(file, 40);
        int size = BitConverter.ToUInt16(file, 58), count = BitConverter.ToUInt16(file, 60);
        for (var section = sections; section < sections + count * size; section += size)
        {
            if (BitConverter.ToUInt32(file, section + 4) != VersionNeeds)
                continue;
            var names = (int)BitConverter.ToUInt64(file, sections + (int)BitConverter.ToUInt32(file, section + 40) * size + 24);
            return FlagsOffset(file, (int)BitConverter.ToUInt64(file, section + 24), names);
        }
        return -1;
    }

    private int FlagsOffset(byte[] file, int need, int names)
    {
        while (true)
        {
            var version = need + (int)BitConverter.ToUInt32(file, need + 8);
            for (int left = BitConverter.ToUInt16(file, need + 2); left > 0; left--)
            {
                if (Name(file, names + (int)BitConverter.ToUInt32(file, version + 8)) == Version)
                    return version + 4;
                version += (int)BitConverter.ToUInt32(file, version + 12);
            }
            var next = (int)BitConverter.ToUInt32(file, need + 12);
            if (next == 0)
                return -1;
            need += next;
        }
    }

    private static string Name(byte[] file, int start) => Encoding.ASCII.GetString(file, start, Array.IndexOf(file, (byte)0, start) - start);
}
