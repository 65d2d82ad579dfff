namespace EventBus.Contracts;

/// <summary>
/// Places a Smart Flow Sheet event name that the catalog does not know: <c>object.what</c>. A plural object carries several, and its type ends in
/// <c>_batch</c>, so that it never falls together with the singular.
/// </summary>
static class SmartFlowSheetGrammar
{
    public static string Place(string name)
    {
        var words = name.Split('.').Select(TypeWord.Of).ToArray();
        (string[] Family, bool Plural)? place = words[0] switch
        {
            _ when words.Length == 1 => null,
            "treatment" => (["treatment"], false),
            "treatments" => (["treatment"], true),
            "hospitalization" => (["hospitalization"], false),
            "hospitalizations" => (["hospitalization"], true),
            "inventoryitem" => (["inventory"], false),
            "inventoryitems" => (["inventory"], true),
            "note" or "notes" or "anesthetic" or "anesthetics" => (["treatment", words[0]], false),
            "form" or "forms" => (["questionnaire", words[0]], false),
            "medic" or "medics" => (["inventory", words[0]], false),
            _ => null,
        };
        if (place is not var (family, plural))
        {
            return TypeWord.Join(["smartflowsheet", "unclassified", .. words]);
        }

        string[] what = [.. words[1..^1], plural ? words[^1] + "_batch" : words[^1]];
        return TypeWord.Join(["smartflowsheet", .. family, .. what]);
    }
}
