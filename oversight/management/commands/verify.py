"""Says whether everything is whole and true: money, cases, papers, the chain of hashes, the guards."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from oversight.sealing import published_head
from oversight.verifying import IN_WORDS, Answer, sentence, verify


class Command(BaseCommand):
    help = (
        "Verify the database; exit status 1 and a sentence for each finding if something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", help="a published head that was written down")
        parser.add_argument("--language", default="en", help="sv, nb or en")
        parser.add_argument("--times", action="store_true", help="tell how long each check took")

    def handle(self, *args: Any, head: str, language: str, times: bool, **options: Any) -> None:
        answers = verify(head=head)
        with translation.override(language):
            for answer in answers:
                self._tell(answer, times)
            found = sum(answer.count for answer in answers)
            self.stdout.write(f"{len(answers)} checks, {found} findings.")
        self.stdout.write(f"Published head: {published_head() or 'nothing is sealed yet'}")
        if found:
            sys.exit(1)

    def _tell(self, answer: Answer, times: bool) -> None:
        if times:
            self.stdout.write(f"{answer.seconds:7.2f} s  {answer.check.slug}")
        for finding in answer.findings:
            self.stdout.write(f"{answer.check.title}: {sentence(finding)}")
        if answer.count > IN_WORDS:
            self.stdout.write(f"{answer.check.title}: … {answer.count} in all.")
