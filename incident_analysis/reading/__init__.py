"""Reading: from folders to frames."""

from incident_analysis.reading.incidents import incidents, read_incidents

__all__ = ["incidents", "read_incidents"]
