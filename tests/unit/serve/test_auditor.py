"""The audit that is made now and then for the metrics."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from newswire.domain.ledger import Balance
from newswire.errors import Wait
from newswire.metrics import exposed
from newswire.serve.auditor import FIRST_S, Auditor
from support.fakes import START, turns

LOST = UUID(int=7)
HOUR_S = 3600.0


class Books:
    """A ledger and a bus that hold what a test says."""

    def __init__(self):
        self.suspects = []
        self.error = None
        self.audits = 0

    async def pending(self):
        for entry_id in self.suspects:
            yield entry_id

    async def unfinished(self, group, topics):
        for record in ():
            yield record

    async def balance(self):
        self.audits += 1
        if self.error:
            raise self.error
        return Balance(found=9, outcomes={"published": 9 - len(self.suspects)}, pending=len(self.suspects))


@pytest.fixture
def books():
    return Books()


@pytest.fixture
def auditor(books, clock):
    return Auditor(books, books, clock, timedelta(seconds=HOUR_S))


def value(name):
    return exposed(("store",)).get_sample_value(name)


async def test_the_number_of_lost_entries_is_told_with_the_time_of_the_audit(auditor, books):
    books.suspects = [LOST]
    with capture_logs() as lines:
        await auditor.look()
    assert value("newswire_audit_lost_entries") == 1
    assert value("newswire_audit_timestamp_seconds") == START.timestamp()
    assert [(line["event"], line["log_level"], line["lost"]) for line in lines] == [("audit.done", "error", 1)]
    books.suspects = []
    await auditor.look()
    assert value("newswire_audit_lost_entries") == 0


@pytest.mark.parametrize("error", [Wait("the database is away"), ZeroDivisionError("a bug")])
async def test_an_audit_that_fails_leaves_the_time_of_the_last_one_and_ends_nothing(auditor, books, clock, error):
    running = asyncio.ensure_future(auditor.run())
    await turns()
    assert books.audits == 0
    await clock.advance(FIRST_S)
    assert value("newswire_audit_timestamp_seconds") == (START + timedelta(seconds=FIRST_S)).timestamp()
    books.error = error
    await clock.advance(HOUR_S)
    assert books.audits == 2
    assert value("newswire_audit_timestamp_seconds") == (START + timedelta(seconds=FIRST_S)).timestamp()
    books.error = None
    await clock.advance(HOUR_S)
    assert value("newswire_audit_timestamp_seconds") == (START + timedelta(seconds=FIRST_S + 2 * HOUR_S)).timestamp()
    running.cancel()
    await asyncio.wait((running,))
