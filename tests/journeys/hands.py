"""Two ways through the pages: by the keyboard alone, and with scripts switched off."""

from contextlib import nullcontext

from tests.journeys import people

MOST = 120  # times Tab is pressed for one thing
# Where the focus is, something of it can be seen: nothing lies on it, and it is within the window.
SEEN = """() => {
    const at = document.activeElement, box = at.getClientRects()[0];
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const own = [at, ...(at.labels ?? [])];
    return top !== null && own.some(each => each.contains(top) || top.contains(each));
}"""
KIND = "field => field.tagName === 'INPUT' ? field.type : field.tagName"


class Keyboard:
    """Goes by Tab, arrows, Space and Enter, and looks each time whether the focus is seen."""

    options = {"locale": "en-GB", "reduced_motion": "reduce"}

    def __init__(self, page):
        self.page, self.press = page, page.keyboard.press

    def to(self, selector):
        """Press Tab until what has the focus is what is meant."""
        for _nth in range(MOST):
            if self._has_focus(selector):
                self.page.wait_for_function(SEEN, timeout=3000)
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to {selector}.")

    def _has_focus(self, selector):
        return self.page.evaluate("it => document.activeElement.matches(it)", selector)

    def use(self, selector, *, stays=False):
        """Go to a link or a button, and press it; on to the page it leads to, unless one stays."""
        self.to(selector)
        with nullcontext() if stays else self.page.expect_navigation():
            self.press("Enter")

    def tick(self, selector):
        self.to(selector)
        self.press("Space")

    def fill(self, **fields):
        """Fill in fields by their names, in the order in which they stand."""
        for name, value in fields.items():
            selector = f"main form [name='{name}']"
            kind = self.page.locator(selector).first.evaluate(KIND)
            self.to(selector)
            getattr(self, f"_{kind.lower()}", self._text)(value)

    def _text(self, value):
        self.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(value)

    def _radio(self, value):
        for _nth in range(MOST):
            if self._has_focus(f"[value='{value}']"):
                self.press("Space")
                return
            self.press("ArrowDown")
        raise AssertionError(f"The arrows never come to {value}.")

    def _select(self, value):
        label = self.page.evaluate(
            "it => [...document.activeElement.options].find(each => each.value === it).label", value
        )
        self.page.keyboard.type(label.split()[0])
        for _nth in range(MOST):
            if self._value() == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{label} cannot be chosen.")

    def _date(self, value):
        """Type a day in the order that this browser writes it."""
        year, month, day = value.split("-")
        for order in ((day, month, year), (month, day, year), (year, month, day)):
            for _nth in order:
                self.press("ArrowLeft")
            self.page.keyboard.type("".join(order))
            if self._value() == value:
                return
        raise AssertionError(f"{value} cannot be typed.")

    def _value(self):
        return self.page.evaluate("document.activeElement.value")


class WithoutScripts:
    """Goes by the mouse where no script runs."""

    options = {"locale": "en-GB", "java_script_enabled": False}

    def __init__(self, page):
        self.page = page

    def use(self, selector, *, stays=False):
        self.page.locator(selector).first.click()

    def tick(self, selector):
        name = self.page.locator(selector).get_attribute("id")
        self.page.locator(f"label[for={name}]").click()

    def fill(self, **fields):
        people.fill(self.page, **fields)


EVERY_WAY = [Keyboard, WithoutScripts]
