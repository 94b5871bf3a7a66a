"""Order and colours of technologies, the same in every picture."""

# Steady plants first (at the bottom of a stack), then the sun, then storage.
COLOURS = {
    "nuclear_chp": "#7a4f8c", "geothermal": "#a8553f", "biomass": "#5f7f3a", "coal_captive": "#8c8278", "coal_chp": "#6e6259", "coal": "#4d4d4d", "coal_backup": "#2f2f2f", "gas_ccgt": "#b5651d",
    "gas_ocgt": "#d08c4a", "hydro": "#2b6ca3", "run_of_river": "#6fa3cf", "wind": "#6fb98f", "pv": "#f2c14e", "csp": "#e0852f",
    "pumped_hydro": "#5b8fc7", "storage_plant": "#86b3dd", "battery": "#a06cb4", "compressed_air": "#c3a3cf",
}
OTHER = "#bbbbbb"
EXCHANGE = {"hvdc_export": "#c0392b", "to_regions": "#d9a19a", "from_regions": "#c9c9c9", "hvdc_import": "#e6b8b0", "dc_loss": "#8d8d8d"}


def colour(technology: str) -> str:
    """The colour of a technology; grey where it has none of its own."""
    return COLOURS.get(technology, OTHER)


def ordered(technologies) -> list[str]:
    """Technologies in the order of stacks, unknown ones last in the order given."""
    given = [str(name) for name in technologies]
    return [name for name in COLOURS if name in given] + [name for name in given if name not in COLOURS]
