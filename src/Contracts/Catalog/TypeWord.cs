using System.Text;

namespace EventBus.Contracts;

/// <summary>Turns a sender's words into words of a type.</summary>
static class TypeWord
{
    /// <summary>Lower case letters, digits and underscores only; anything else becomes an underscore, and an empty word too.</summary>
    public static string Of(string word) =>
        word.Length == 0 ? "_" : string.Create(word.Length, word, static (span, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var c = char.ToLowerInvariant(text[i]);
                span[i] = char.IsAsciiLetterOrDigit(c) ? c : '_';
            }
        });

    /// <summary>Joins words to a type, cut to what a routing key can hold; the sender's name is kept whole beside it.</summary>
    public static string Join(params IEnumerable<string> words)
    {
        var type = string.Join('.', words);
        return Encoding.UTF8.GetByteCount(type) <= EventAttributeReader.MaxTypeBytes ? type : type[..EventAttributeReader.MaxTypeBytes].TrimEnd('.');
    }
}
