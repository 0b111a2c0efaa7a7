"""Notebooks over incidents: each in a process of its own, each with a truthful record.

`run` is the room's one door. `parameters` says what a notebook takes, `plan` what has to be run, `kernel` and `execute`
run one notebook, `truth` judges what came of it, `pool` and `worker` do so in several processes, `status` is the record
that is written last, beside each output. `folder`, `copies` and `checkup` are how somebody begins, `gathering` brings
evidence into an incident's folder; `trends` writes the page about many incidents.
"""

from incident_analysis.batch.checkup import doctor
from incident_analysis.batch.copies import demo, notebooks_copy
from incident_analysis.batch.folder import new_incident
from incident_analysis.batch.gathering import collect, import_evidence
from incident_analysis.batch.parameters import assignments, declared, generator, settings
from incident_analysis.batch.run import Step, run, run_incident
from incident_analysis.batch.status import Status, read_status
from incident_analysis.batch.trends import (
    measured,
    plans_of,
    saved,
    subject,
    told_at,
    trends_folder,
    trends_page,
    write_page,
)

__all__ = [
    "Status",
    "Step",
    "assignments",
    "collect",
    "declared",
    "demo",
    "doctor",
    "generator",
    "import_evidence",
    "measured",
    "new_incident",
    "notebooks_copy",
    "plans_of",
    "read_status",
    "run",
    "run_incident",
    "saved",
    "settings",
    "subject",
    "told_at",
    "trends_folder",
    "trends_page",
    "write_page",
]
