using Microsoft.AspNetCore.Components;

namespace EventBus.OperatorConsole.Components;

/// <summary>A page that is rendered once, when all that it shows is there.</summary>
public abstract class LoadedPage : ComponentBase
{
    /// <inheritdoc/>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await LoadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Reads what it shows; parameters are set.</summary>
    protected abstract Task LoadAsync();
}
