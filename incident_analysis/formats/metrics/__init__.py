"""Metrics: measured values, one file a source."""

from types import ModuleType

from incident_analysis.format import Format

#: Those of the modules above, by name.
FORMATS: tuple[Format, ...] = tuple(
    module.FORMAT for _, module in sorted(globals().items()) if isinstance(module, ModuleType)
)
