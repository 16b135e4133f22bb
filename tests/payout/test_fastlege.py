"""The refund scheme pays out: statement in bokmål with its papers, payment file, sums by day and fee."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pikepdf
import pytest
import xmlschema
from pypdf import PdfReader

from applications import services as applications
from applications.models import State
from decisions import judging
from decisions.judging import Word
from invoicing import packet, services
from schemes import secrets
from schemes.registry import get
from tests import factories
from tests.applications.files import upload
from tests.factories import again
from tests.payout.situations import PAYER
from tests.payout.test_paying import SCHEMA
from tests.schemes.test_fastlege_forms import ANSWERS, APPLICANT, MUNICIPALITY, NATIONAL_ID

pytestmark = pytest.mark.django_db
AUGUST = datetime(2022, 8, 15, 10, 0, tzinfo=UTC)
ACCOUNT = "12345678903"


def granted(**applicant):
    return decided(sent_in(**applicant))


def sent_in(**applicant):
    scheme = get("fastlege")
    application = applications.start(scheme=scheme, applicant=factories.person(), at=AUGUST)
    answers = ANSWERS | {"applicant": APPLICANT | applicant}
    for slug, typed in answers.items():
        application = applications.save_step(
            application=application,
            step=scheme.step(slug),
            typed=typed,
            revision=application.revision,
            by=application.applicant,
            at=AUGUST,
        )
    for kind in ("certificate", "absence"):
        applications.attach(
            application=again(application),
            step=scheme.step("papers"),
            kind=kind,
            upload=upload(name=f"{kind}.pdf"),
            at=AUGUST,
        )
    applications.submit(application=again(application), by=application.applicant, at=AUGUST)
    return again(application)


def decided(application):
    officer = factories.appointed("case_officer", scheme="fastlege")
    facts = ("documents.certificate_accepted", "documents.absence_accepted")
    judging.judge(
        application=application,
        words=[Word(fact, True) for fact in facts],
        revision=application.revision,
        by=officer,
        at=AUGUST,
    )
    factories.signed(again(application), by=officer, at=AUGUST)
    return again(application)


def test_l2_l10_a_gp_is_stated_and_paid_by_day_and_fee():
    statement = services.current(granted())
    assert str(statement) == "OPP-2022-00001"
    assert statement.amount == Decimal("15950.50")  # 3 200.50 and 8 500 and 4 250
    made = packet.build(statement)
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    for words in (str(statement), "•••• 8903", "Test Fastlege", "legeforeningen.no"):
        assert words in text, words
    for secret in (NATIONAL_ID, ACCOUNT, "1234.56.78903", "1234567\n"):
        assert secret not in text + json.dumps(statement.snapshot), secret
    lines = statement.snapshot["decision"]["arithmetic"]
    assert [Decimal(each["amount"]) for each in lines if each["total"]] == [statement.amount]
    assert len(lines) >= 4  # two days, the fee, the sum
    with pikepdf.open(io.BytesIO(made)) as document:
        assert str(document.Root.Lang) == "nb"
        assert {"certificate.pdf", "absence.pdf"} <= set(document.attachments)


def test_l2_a_municipality_is_paid_with_its_number_and_reference():
    application = granted(**MUNICIPALITY)
    statement = services.current(application)
    assert packet.render(statement.packet.pk, at=AUGUST)
    batch = services.release(
        statements=[statement],
        batch=uuid4(),
        payer=PAYER,
        by=factories.appointed("finance", scheme="fastlege"),
        at=AUGUST,
    )
    assert again(application).state == State.SETTLED
    file = secrets.decrypt(batch.files.get(kind="pain001").content, batch.data_key)
    xmlschema.XMLSchema(SCHEMA).validate(io.BytesIO(file.encode()))
    for words in ("Demo kommune", "123456785", "K-17", ACCOUNT, str(statement)):
        assert words in file, words
    assert NATIONAL_ID not in file
    notice = application.notices.order_by("-pk").first()
    assert "•••• 8903" in notice.text
