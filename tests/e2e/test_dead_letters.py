"""Dead letters over Kafka: a broker that is away, and a stage that fails on everything."""

import pytest

from newswire.assembly.backends import open_backends
from newswire.contracts import encode
from newswire.events import ARTICLES, CHANGES, DEAD
from newswire.ports import Message
from support.build import URL, extracted, letter, text_of
from support.commandline import PATIENCE_S
from support.kafka import free_ports
from support.line import on
from support.waiting import eventually

LIMIT, REFUSED = 3, 8


@pytest.fixture
def brokerless(newswire):
    """The command line over a SQLite file, and a Kafka where nobody listens."""
    return newswire.having(BUS=f"kafka://127.0.0.1:{free_ports(1)[0]}", KAFKA__SEND_TIMEOUT_S="5")


async def test_while_the_broker_is_away_they_are_shown_and_none_is_said_to_have_been_sent(brokerless):
    brokerless("migrate")
    async with open_backends(brokerless.settings) as backends:
        await backends.articles.record_dead([letter("one"), letter("two")])
    assert "newswire: " in brokerless("dead", "retry", "--all", code=4).err
    listed = brokerless("dead", "list").rows
    assert {(row["id"], row["retried_at"]) for row in listed} == {(str(letter(n).id), None) for n in ("one", "two")}
    assert brokerless("dead", "show", str(letter("two").id)).value["reason"] == "http-404"


def refused(number: int) -> Message:
    """An article that Postgres cannot hold."""
    url = f"https://example.org/{number}"
    return encode(extracted(url, "Ti\x00tle", text_of(f"t{number}"), entry=f"refused-{number}"))


@pytest.mark.parametrize("anywhere", ["cluster"], indirect=True)
async def test_a_stage_that_fails_on_everything_ends_with_3_and_does_not_empty_its_topic(anywhere):
    async with open_backends(anywhere.settings) as backends:
        await backends.bus.publish([refused(number) for number in range(REFUSED)])
        with anywhere.having(DEAD__LIMIT=str(LIMIT)).started("store") as stage:
            assert stage.end() == 3
        aside = len({record.header("ce_id") for record in await on(backends.bus, DEAD)})
        assert aside < LIMIT
        assert sum((await backends.bus.lag("store", [ARTICLES])).values()) >= REFUSED - aside

        # With the cause mended, here by a higher limit, it goes on where it was and loses nothing.
        await backends.bus.publish([encode(extracted(entry="good"))])

        async def all_told() -> bool:
            return len([line async for line in backends.ledger.dead()]) == REFUSED and bool(
                await on(backends.bus, CHANGES)
            )

        with anywhere.started("store"):
            await eventually(all_told, within_s=PATIENCE_S)
        assert [article.url async for article in backends.ledger.articles()] == [URL]
