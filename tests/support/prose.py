"""Made-up prose, another one for every seed."""

import random

SYLLABLES = ("ba", "de", "ki", "lo", "mu", "ra", "se", "to", "vi", "zu")


def prose(seed: int, sentences: int = 24) -> str:
    """Sentences of made-up words, in paragraphs of three."""
    chance = random.Random(seed)

    def sentence() -> str:
        words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(chance.randint(8, 18))]
        if chance.random() < 0.5:
            words[chance.randrange(len(words))] = str(chance.randint(2, 900))
        return " ".join(words).capitalize() + "."

    lines = [sentence() for _ in range(sentences)]
    return "\n".join(" ".join(lines[at : at + 3]) for at in range(0, sentences, 3))
