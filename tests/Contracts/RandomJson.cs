using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Contracts;

/// <summary>Makes JSON texts of every kind that RFC 8259 allows, as odd as senders can write them; no name stands twice in an object.</summary>
static class RandomJson
{
    static readonly Gen<string> Space = Gen.Frequency((6, Gen.Constant("")), (1, Gen.Elements(" ", "\n", "\t", "\r\n  ")));

    static readonly Gen<string> Digits = Gen.Choose(0, 9).Select(d => $"{d}").NonEmptyListOf().Select(string.Concat);

    /// <summary>Numbers that change when they are read as a double or a decimal and written again.</summary>
    static readonly Gen<string> Numbers = Gen.OneOf(
        Gen.Elements("0", "-0", "1.00", "1E+400", "1e-400", "-0.0E-0", "12345678901234567890.123456789", "0.1000", "9007199254740993", "1e5"),
        from sign in Gen.Elements("", "-")
        from first in Gen.Choose(1, 9)
        from more in Digits
        from fraction in Gen.OneOf(Gen.Constant(""), Digits.Select(d => $".{d}"))
        from exponent in Gen.Elements("", "e5", "E-07", "e+19")
        select $"{sign}{first}{more}{fraction}{exponent}");

    /// <summary>Text between quotes, as written: raw, escaped, and escaped where it need not be.</summary>
    static readonly Gen<string> Fragments = Gen.Elements(
        "a", "Zo\u00eb", "\\u00e9", "\\u00E9", "\u65e5\u672c", "\\ud83d\\ude00", "\U0001F600", "\\\"", "\\\\", "\\/", "/", "\\n", "\\t", "\\u0000", "\\u001F", " ", "\u2028",
        "\u007f", "{", "]", "<b>&", "'", "+");

    /// <summary>Half a surrogate pair is no text, yet valid JSON.</summary>
    static readonly Gen<string> Halves = Gen.Elements("\\ud83d", "\\uDE00");

    static readonly Gen<string> Texts = Gen.OneOf(Fragments, Fragments, Fragments, Halves).ListOf().Select(parts => $"\"{string.Concat(parts)}\"");

    static readonly Gen<string> Scalars = Gen.OneOf(Numbers, Texts, Gen.Elements("null", "true", "false", "\"\"", "{}", "[]", "\"1.00\""));

    /// <summary>A value of any kind, nested a few levels.</summary>
    public static Gen<string> Values { get; } = Gen.Sized(size => Value(Math.Min(size, 40)));

    /// <summary>An object.</summary>
    public static Gen<string> Objects { get; } = Gen.Sized(size => Object(Math.Min(size, 40)));

    static Gen<string> Value(int size) => size < 2 ? Scalars : Gen.Frequency((2, Scalars), (3, Object(size)), (2, Array(size)));

    static Gen<string> Object(int size) =>
        from count in Gen.Choose(0, 5)
        from members in Gen.CollectToList(Enumerable.Range(0, count), i => Member(i, size / 3))
        from space in Space
        select $"{{{space}{string.Join(',', members)}{space}}}";

    static Gen<string> Member(int index, int size) =>
        from before in Space
        from name in Name(index)
        from between in Space
        from value in Value(size)
        from after in Space
        select $"{before}\"{name}\"{between}:{between}{value}{after}";

    /// <summary>The first may be empty; the number at the end keeps the others apart, however they are escaped.</summary>
    static Gen<string> Name(int index) =>
        Gen.Frequency((index == 0 ? 1 : 0, Gen.Constant("")), (4, Fragments.Select(f => $"{f}#{index}")));

    static Gen<string> Array(int size) =>
        from count in Gen.Choose(0, 5)
        from items in Gen.CollectToList(Enumerable.Range(0, count), _ => Value(size / 3))
        from space in Space
        select $"[{space}{string.Join($"{space},", items)}]";
}
