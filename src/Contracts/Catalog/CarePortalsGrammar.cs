namespace EventBus.Contracts;

/// <summary>Places a CarePortals event name that the catalog does not know: <c>resource.what</c>.</summary>
static class CarePortalsGrammar
{
    public static string Place(string name)
    {
        var words = name.Split('.').Select(TypeWord.Of).ToArray();
        string[]? family = words[0] switch
        {
            _ when words.Length == 1 => null,
            "order" or "subscription" or "appointment" or "lead" or "task" or "questionnaire" or "message" or "prescription" or "cart" or "webhook" => [words[0]],
            "customer" => ["patient"],
            "form" => ["questionnaire", "form"],
            "requisition" => ["prescription", "requisition"],
            _ => null,
        };
        return family is null
            ? TypeWord.Join(["careportals", "unclassified", .. words])
            : TypeWord.Join(["careportals", .. family, .. words[1..]]);
    }
}
