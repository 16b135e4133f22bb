"""Every page of the access table in the hand: nothing scrolls sideways, text may be twice as large, and
what is pressed is large enough or has room around it."""

import pytest
from django.urls import reverse

from tests import test_access
from tests.test_pages_axe import desk  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.today(test_access.TODAY),
]
SMALL, WIDE = {"width": 320, "height": 700}, {"width": 1280, "height": 800}
# Other people's pages (the admin's) have no row of their own; these are no pages at all.
FILES = {"health", "applications:paper", "applications:document", "applications:amount"}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TWICE = "document.documentElement.style.fontSize = '200%'"
ONCE = "document.documentElement.style.fontSize = ''"
# WCAG 2.5.8: 24 pixels each way, or so much room that a circle of 24 around it meets no other; a link
# within a sentence is as high as its line. A choice is as large as its label.
TOO_SMALL = """() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
        .filter(each => each.checkVisibility({visibilityProperty: true}) && each.type !== "hidden"
            && !each.closest(".skip-link, .visually-hidden"));
    const box = each => {
        const own = each.getBoundingClientRect(), label = each.labels?.[0];
        const choice = ["radio", "checkbox"].includes(each.type);
        return choice && label ? union(own, label.getBoundingClientRect()) : own;
    };
    const union = (a, b) => new DOMRect(
        Math.min(a.left, b.left), Math.min(a.top, b.top),
        Math.max(a.right, b.right) - Math.min(a.left, b.left),
        Math.max(a.bottom, b.bottom) - Math.min(a.top, b.top));
    const within = each => each.tagName === "A" && getComputedStyle(each).display === "inline"
        && each.parentElement.textContent.trim().length > each.textContent.trim().length;
    const alone = (each, own) => {
        const x = own.left + own.width / 2, y = own.top + own.height / 2;
        return all.every(other => {
            if (other === each) return true;
            const it = box(other);
            const far = Math.hypot(Math.max(it.left - x, 0, x - it.right),
                                   Math.max(it.top - y, 0, y - it.bottom));
            return far >= 12;
        });
    };
    return all.filter(each => {
        const own = box(each);
        if (!own.width || (own.width >= 23.5 && own.height >= 23.5)) return false;
        return !within(each) && !alone(each, own);
    }).map(each => each.outerHTML.slice(0, 120));
}"""


def pages():
    """Yield each page of the table with somebody who may look at it: its owner or office first."""
    for name, about, method, cells in (row.values for row in test_access.rows()):
        seen = [who for who, cell in zip(test_access.VIEWERS, cells, strict=True) if cell == "200"]
        if method == "GET" and seen and name not in FILES:
            yield seen[-1], name, about


def faults(page, name):
    """Return what is wrong with the page that is open, in the hand and with text twice as large."""
    found = [(name, "too small", each) for each in page.evaluate(TOO_SMALL)]
    if over := page.evaluate(SIDEWAYS):
        found.append((name, "scrolls sideways at 320 px", over))
    page.set_viewport_size(WIDE)
    page.evaluate(TWICE)
    if over := page.evaluate(SIDEWAYS):
        found.append((name, "scrolls sideways with text of 200 %", over))
    page.evaluate(ONCE)
    page.set_viewport_size(SMALL)
    return found


def test_every_page_fits_into_the_hand(desk):  # noqa: F811
    world = test_access._world()
    found, opened = [], {}
    for viewer, name, about in pages():
        if viewer not in opened:
            opened[viewer] = desk(world.viewers[viewer])
            opened[viewer].set_viewport_size(SMALL)
        page = opened[viewer]
        response = page.goto(reverse(name, args=world.things[about]), wait_until="load")
        assert response.status == 200, name
        found += faults(page, name)
    assert found == [], "\n".join(map(str, found))
