using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Contracts;

/// <summary>States what holds for everything that a generator makes; a failure shows the value that it does not hold for.</summary>
static class Always
{
    public static void Holds<T>(Gen<T> values, Action<T> statement, int tests = 300) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true), Prop.ForAll(values.ToArbitrary(), statement));
}
