using FsCheck;
using FsCheck.Fluent;

namespace EventBus.Tests.Fixtures;

/// <summary>Seeds of random runs. FsCheck's own integers stay below a hundred or so, which makes a hundred different runs, however many are asked for.</summary>
static class Seeds
{
    public static Arbitrary<int> Any { get; } = Gen.Choose(0, int.MaxValue).ToArbitrary();
}
