"""The words for what people are appointed to: three of the house, and those in which a scheme signs."""

from django.utils.translation import gettext_lazy as _

from schemes import registry

FINANCE, ADMINISTRATOR, AUDITOR = "finance", "administrator", "auditor"
# Stands for every capacity in which a scheme asks for a signature.
SIGNATORY = "signatory"

HOUSE = {
    FINANCE: _("Finance"),
    ADMINISTRATOR: _("Scheme administrator"),
    AUDITOR: _("Auditor"),
}


def signing(scheme: str) -> dict[str, str]:
    """Return the capacities in which a scheme asks for a signature, with their labels."""
    found = registry.find(scheme)
    return {capacity.slug: capacity.label for capacity in found.capacities} if found else {}


def of_scheme(scheme: str) -> dict[str, str]:
    """Return every capacity that somebody can hold in a scheme, with its label."""
    return signing(scheme) | HOUSE


def label(scheme: str, capacity: str) -> str:
    """Return the words for a capacity in a scheme."""
    return str(of_scheme(scheme).get(capacity, capacity))


def choices() -> list[tuple[str, str]]:
    """Return (slug, label) of every capacity in any scheme, for the admin."""
    found: dict[str, str] = {}
    for scheme in registry.SCHEMES:
        found |= signing(scheme.slug)
    return list((found | HOUSE).items())
