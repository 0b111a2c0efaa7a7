"""Every exception and warning of the library.

All errors print as two lines: where and what, then what to do about it::

    IncidentAnalysisError
    ├── InputError               something that was given cannot be used as it stands
    │   ├── IncidentFileError    an incident's folder or its incident.yaml
    │   ├── RegisterError        a risk register
    │   ├── PathError            a path that is missing, or that leads out of its folder
    │   ├── FrameError           a DataFrame that does not keep its promise
    │   └── ParameterError       an argument or a notebook's parameter
    ├── UnknownValueError        arithmetic or comparison with something unknown
    ├── MethodError              a statistical method whose conditions do not hold
    └── NotebookError            a notebook that did not run to its end

    IncidentAnalysisWarning
    ├── IncidentFileWarning      something in a draft that a final incident must not hold
    └── EvidenceWarning          weak or incomplete evidence: the result says so too
"""

from __future__ import annotations

import unicodedata


class IncidentAnalysisError(Exception):
    """Base of all errors of the library.

    Parameters
    ----------
    what : str
        What was found and what was expected.
    remedy : str
        What the reader can do about it; required.
    where : str, optional
        File, line and field, or the name of the argument.
    """

    def __init__(self, what: str, *, remedy: str, where: str = "") -> None:
        if not remedy:
            raise ValueError("an error needs a remedy")
        self.what, self.remedy, self.where = what, remedy, where
        super().__init__(what)

    def __str__(self) -> str:
        first = f"{self.where}: {self.what}" if self.where else self.what
        return f"{_one_line(first)}\nTo fix: {_one_line(self.remedy)}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling, and errors cross processes.
        return (_rebuild, (type(self), self.what, self.remedy, self.where))


def _one_line(text: str) -> str:
    # What people wrote is quoted in messages: its line breaks and control characters must not break the two lines.
    return "".join(repr(c)[1:-1] if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def _rebuild(kind: type[IncidentAnalysisError], what: str, remedy: str, where: str) -> IncidentAnalysisError:
    return kind(what, remedy=remedy, where=where)


class InputError(IncidentAnalysisError, ValueError):
    """Something that was given cannot be used as it stands."""


class IncidentFileError(InputError):
    """An incident's folder or its `incident.yaml` cannot be read."""


class RegisterError(InputError):
    """A risk register cannot be read."""


class PathError(InputError):
    """A path is missing, is not what it should be, or leads out of its folder."""


class FrameError(InputError):
    """A DataFrame does not keep the promise of its kind (see `frames`)."""


class ParameterError(InputError):
    """An argument, or a parameter of a notebook, has no usable value."""


class UnknownValueError(IncidentAnalysisError, ArithmeticError):
    """Something unknown was compared or computed with."""


class MethodError(IncidentAnalysisError, ValueError):
    """The conditions of a statistical method do not hold."""


class NotebookError(IncidentAnalysisError, RuntimeError):
    """A notebook did not run to its end."""


class IncidentAnalysisWarning(UserWarning):
    """Base of all warnings of the library."""


class IncidentFileWarning(IncidentAnalysisWarning):
    """Something in a draft incident that a final one must not hold."""


class EvidenceWarning(IncidentAnalysisWarning):
    """Weak or incomplete evidence; the result says so too."""
