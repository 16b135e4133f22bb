"""How much of the appropriation is granted: newer terms cannot give less (L5)."""

from decimal import Decimal

from django.db.models import Sum

from schemes.fastlege import tables
from schemes.models import Pool


def granted() -> Decimal:
    """Return how much of the appropriation is granted, in kroner."""
    pools = Pool.objects.filter(scheme=tables.SLUG)
    return pools.aggregate(sum=Sum("committed"))["sum"] or Decimal(0)
