"""Formats of log records, one file each; a new one adds its line here."""

from incident_analysis.formats.logs import klog, python_logging

FORMATS = (
    klog.FORMAT,
    python_logging.FORMAT,
)
