"""Formats of log records, one file each; a new one adds its line here."""

from incident_analysis.formats.logs import access, apache_error, klog, nginx_error, nginx_proxy_manager, python_logging

FORMATS = (
    access.FORMAT,
    apache_error.FORMAT,
    klog.FORMAT,
    nginx_error.FORMAT,
    nginx_proxy_manager.FORMAT,
    python_logging.FORMAT,
)
