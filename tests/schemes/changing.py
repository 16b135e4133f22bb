"""Facts of a good application with something in them changed."""

from copy import deepcopy


def changed(good, **changes):
    """Return a copy with some facts changed: `course__country="DE"`."""
    data = deepcopy(good)
    for name, value in changes.items():
        here, last = _place(data, name.split("__"))
        here[last] = value
    return data


def without(good, *names):
    """Return a copy without some facts: `"course.country"`."""
    data = deepcopy(good)
    for name in names:
        here, last = _place(data, name.split("."))
        del here[last]
    return data


def _place(data, path):
    *sections, last = path
    for section in sections:
        data = data[section]
    return data, last
