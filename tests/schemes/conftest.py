"""How long is searched for a case in which what must hold of the rules does not."""

from hypothesis import HealthCheck, settings

# No deadline: a busy machine is no fault of the rules.
settings.register_profile(
    "rules", max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rules")
