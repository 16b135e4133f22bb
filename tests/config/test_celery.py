"""Without the beat's sweeps a lost nudge would cost a paper: every sweep there is, is woken."""

from config.celery import app


def test_the_beat_wakes_every_sweep_and_knows_every_task_it_wakes():
    app.loader.import_default_modules()
    woken = {entry["task"] for entry in app.conf.beat_schedule.values()}
    sweeps = {name for name in app.tasks if name.endswith(".sweep")}
    assert {"applications.sweep", "invoicing.sweep"} <= sweeps <= woken <= set(app.tasks)
