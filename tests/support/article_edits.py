"""What becomes of an article elsewhere: edits that keep the story, and texts that only share words with it."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

BIO = (
    "About the author: Renate Oakley has covered local government, housing and transport for this "
    "newspaper since 2009 "
    "and was named reporter of the year in 2018. She studied history, likes long walks and lives with two cats that "
    "ignore her. You can write to her at the address on our contact page or leave a message at the front desk.\n"
    "Independent journalism costs money. If you value what you have read here, become a member: you support twelve "
    "reporters, you read without advertising, and once a year you are invited to our summer party in the "
    "old printing "
    "hall. Members also get the weekend letter, in which the editors explain how a story came about, "
    "what was left out, "
    "and what they got wrong. It takes two minutes, and you can stop at any time."
)
INTRODUCTION = (
    "Ten questions, no preparation, and the answers are printed as they were given: that is our Sunday conversation. "
    "Since the spring we have asked people whose work keeps this region running to sit down with us for "
    "half an hour. "
    "They choose the place, we choose the questions, and nobody sees them beforehand. We do not correct "
    "dates that were "
    "misremembered, and we do not ask about politics. If there is somebody you would like to read about "
    "here, tell us."
)
COMMENTS = (
    "I have been saying this for years and nobody listened.",
    "Can we please have more articles like this and fewer about celebrities?",
    "My uncle worked there, and what he told us was very different.",
    "Typical. They will do it again as soon as nobody looks.",
    "Thanks for the careful report, I learned something today.",
    "Who pays for all this? The taxpayer, as always.",
    "The picture is from another town, by the way.",
    "I disagree with the comment above, read the article again.",
)
CAPTIONS = (
    "A view of the scene.",
    "Archive picture.",
    "Residents gathered on Monday.",
    "The entrance to the building.",
)
SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SENTENCE = re.compile(r"(?<=[.!?。।؟])\s+")

Edit = Callable[[str, random.Random], str]


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _sentences(text: str) -> list[list[str]]:
    return [_SENTENCE.split(paragraph) for paragraph in _paragraphs(text)]


def _joined(paragraphs: Sequence[Sequence[str]]) -> str:
    return "\n".join(" ".join(sentences) for sentences in paragraphs if sentences)


def key_points(text: str, chance: random.Random) -> str:
    words = text.split()
    points = [" ".join(words[start : start + 11]) for start in chance.sample(range(max(1, len(words) - 11)), 3)]
    return "Key points\n" + "\n".join(f"• {point}" for point in points) + "\n" + text


def subheads(text: str, chance: random.Random) -> str:
    out: list[str] = []
    for index, paragraph in enumerate(_paragraphs(text)):
        if index % 2 and len(paragraph.split()) > 5:
            out.append(" ".join(chance.sample(paragraph.split(), 4)).title())
        out.append(paragraph)
    return "\n".join(out)


def comments(text: str, chance: random.Random) -> str:
    wanted = len(text.split()) // 2
    said: list[str] = []
    while sum(len(line.split()) for line in said) < wanted:
        said.append(f"user{chance.randint(10, 9999)}: {chance.choice(COMMENTS)}")
    return text + "\nComments\n" + "\n".join(said)


def spelled_numbers(text: str, _: random.Random) -> str:
    return re.sub(r"\b\d{1,2}\b", lambda found: SMALL[int(found[0])] if int(found[0]) < len(SMALL) else found[0], text)


def every_fourth_sentence_out(text: str, chance: random.Random) -> str:
    return _joined([[line for line in lines if chance.random() > 0.25] for lines in _sentences(text)])


def first_third(text: str, _: random.Random) -> str:
    words = text.split(" ")
    return " ".join(words[: max(60, len(words) // 3)]) + " … Read the full story on our website."


def new_opening(text: str, chance: random.Random) -> str:
    first, *rest = _paragraphs(text)
    words = first.split()
    chance.shuffle(words)
    return "\n".join([" ".join(words[: max(8, len(words) // 2)]) + ", it emerged late in the evening.", *rest])


def captions(text: str, chance: random.Random) -> str:
    return "\n".join(f"{line}\n{chance.choice(CAPTIONS)}" for line in _paragraphs(text))


def higher_toll(text: str, chance: random.Random) -> str:
    found = re.findall(r"\b\d{2,3}\b", text)
    if not found:
        return text
    number = chance.choice(found)
    return re.sub(rf"\b{number}\b", str(int(number) + chance.randint(1, 9)), text)


def typing_errors(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for at in chance.sample(range(len(words)), len(words) // 25):
        word = words[at]
        if len(word) > 4:
            cut = chance.randrange(1, len(word) - 1)
            words[at] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)


def _swapped(part: float) -> Edit:
    def swap(text: str, chance: random.Random) -> str:
        words = text.split(" ")
        small = [word for word in words if word.isalpha() and word.islower()] or ["so"]
        return " ".join(
            chance.choice(small) if word.isalpha() and word.islower() and chance.random() < part else word
            for word in words
        )

    return swap


SAME: dict[str, Edit] = {
    "key_points": key_points,
    "subheads": subheads,
    "comments": comments,
    "spelled_numbers": spelled_numbers,
    "sentences_out": every_fourth_sentence_out,
    "first_third": first_third,
    "new_opening": new_opening,
    "captions": captions,
    "higher_toll": higher_toll,
    "typing_errors": typing_errors,
    "words_swapped_10": _swapped(0.15),
    "words_swapped_25": _swapped(0.4),
}
"""Edits that leave the story what it is."""


@dataclass(frozen=True)
class Other:
    """Two texts, the earlier first, that share words and are not one story."""

    kind: str
    first: str
    second: str


def others(texts: Sequence[str], chance: random.Random) -> Iterator[Other]:
    """Pairs that must not be merged, made of texts that have nothing to do with each other."""

    def head(text: str, words: int) -> str:
        return " ".join(text.split(" ")[:words])

    def tail(text: str, words: int) -> str:
        return " ".join(text.split(" ")[-words:])

    for one, two, three, four in zip(texts[::4], texts[1::4], texts[2::4], texts[3::4], strict=False):
        yield Other("author_bio", f"{head(one, 120)}\n{BIO}", f"{head(two, 110)}\n{BIO}")
        yield Other(
            "interview_introduction", f"{INTRODUCTION}\n{head(one, 130)}", f"{INTRODUCTION}\n{head(three, 120)}"
        )
        yield Other("background_box", f"{head(two, 150)}\n{tail(four, 160)}", f"{head(three, 140)}\n{tail(four, 160)}")
        items = [head(text, 70) for text in (one, two, three, four)]
        chance.shuffle(items)
        yield Other("roundup", one, "The week in four stories, picked by the editors.\n" + "\n".join(items))
        ticker = [f"{chance.randint(6, 22)}:{chance.randint(10, 59)}\n{head(text, 80)}" for text in (two, three, four)]
        yield Other("ticker", f"7:05\n{head(one, 90)}", "\n".join([*ticker, f"7:05\n{head(one, 90)}"]))
