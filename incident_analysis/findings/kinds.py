"""Kinds of consequence in words."""

from __future__ import annotations

#: Kinds of consequence, as people name them, in the order of the section.
KIND_NAMES = {
    "customers": "Customers",
    "requests": "Requests",
    "data": "Data",
    "money": "Money",
    "deals": "Deals",
    "staff_hours": "Hours of the staff",
    "people": "People",
    "reputation": "Reputation",
    "other": "Other",
}
