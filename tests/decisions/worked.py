"""The worked examples as people would live them: typed into the pages, sent in, read and signed there."""

import json
from pathlib import Path

from django.test import Client
from django.urls import reverse

from applications.models import Application
from schemes.registry import get
from tests import factories
from tests.applications.files import upload
from tests.factories import again

WORKED = json.loads((Path(__file__).parent.parent / "worked.json").read_text())


def cases_of(slug):
    """Return the examples of a scheme."""
    return [case for case in WORKED if case["facts"]["scheme"] == slug]


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


class Applicant:
    """Somebody who writes one application on its pages and sends it in."""

    def __init__(self, scheme):
        self.person = factories.person()
        self.client = browser(self.person)
        self.client.post(reverse("applications:start", args=[scheme]))
        self.application = Application.objects.get(applicant=self.person)

    def fill(self, slug, typed, papers=()):
        """Send one step with its papers as the page would; tell whether it lets one go on."""
        address = reverse("applications:step", args=[self.application.uuid, slug])
        page = self.client.get(address).context
        hidden = {"revision": page["application"].revision, "seal": page["seal"]}
        files = {f"paper-{kind}": upload(name=f"{kind}.pdf") for kind in papers}
        response = self.client.post(address, typed | hidden | files)
        if response.status_code == 302:
            return {}
        return response.context["form"].errors

    def send(self):
        """Tick that it is true and send it in; return the application, sent or not."""
        address = reverse("applications:check", args=[self.application.uuid])
        revision = self.client.get(address).context["application"].revision
        self.client.post(address, {"revision": revision, "true": "on"})
        return again(self.application)


class Signatory:
    """Somebody appointed who reads one case and signs it on its page."""

    def __init__(self, capacity, application):
        self.person = factories.appointed(capacity, scheme=application.scheme)
        self.client = browser(self.person)
        self.application = application

    def reads(self):
        """Return what the page shows that the rules say today."""
        return self._page("case").context["case"].offer.assessment

    def judges(self, **words):
        """Accept or return what is judged by eye: `documents__certificate_accepted=True`."""
        typed = {"revision": again(self.application).revision}
        for fact, accepted in words.items():
            name = fact.replace("__", "-")
            typed[f"word-{name}"] = "accept" if accepted else "return"
            typed[f"reason-{name}"] = "" if accepted else "Det er ikke det rette."
        self._send("judge", typed)

    def grants(self):
        """Press the button that signs to grant; it is not there where there is nothing to grant."""
        initial = self._page("case").context["sign_form"].initial
        self._send("sign", initial)
        return again(self.application)

    def refuses(self):
        """Sign to refuse for the reasons that the page proposes."""
        initial = self._page("refuse").context["form"].initial
        self._send("refuse", initial | {"text": ""})
        return again(self.application)

    def _page(self, name):
        return self.client.get(self._address(name))

    def _send(self, name, typed):
        assert self.client.post(self._address(name), typed).status_code == 302

    def _address(self, name):
        return reverse(f"decisions:{name}", args=[self.application.uuid])


def steps_of(scheme):
    """Return the names of the steps, in their order."""
    return [step.slug for step in get(scheme).steps]
