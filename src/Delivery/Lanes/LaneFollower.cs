namespace EventBus.Delivery.Lanes;

/// <summary>Has a lane follow its consumer's endpoints, which may be added and removed while it works.</summary>
sealed class LaneFollower(LaneBooks books, LaneStore store, LaneLease lease)
{
    /// <summary>Follows as long as the lane is held.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(LaneBooks.Pulse, cancellationToken);
            await FollowAsync();
        }
    }

    /// <summary>Takes over the endpoints as they are now. What waits for one that is gone is discarded, also what came after an operator had removed it.</summary>
    public async Task FollowAsync()
    {
        var wanted = books.Wanted;
        if (books.IsCurrent(wanted))
        {
            return;
        }

        await books.InOrderAsync(async () =>
        {
            foreach (var gone in books.Targets.Select(t => t.Target).Except(wanted))
            {
                await store.DiscardAsync(gone.Name, lease.Epoch);
            }

            books.Follow(wanted, await store.PositionAsync());
        });
    }
}
