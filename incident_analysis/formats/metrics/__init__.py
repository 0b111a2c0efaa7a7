"""Metrics: measured values, one file a source."""

from types import ModuleType

from incident_analysis.format import Format
from incident_analysis.formats.metrics import (
    cloudwatch_metrics,
    datadog_series,
    grafana_csv,
    metrics_csv,
    prometheus_query,
    prometheus_text,
)

#: Those of the modules above, by name.
FORMATS: tuple[Format, ...] = tuple(
    module.FORMAT for _, module in sorted(globals().items()) if isinstance(module, ModuleType)
)
