"""Whether a page shows only the free part of an article that has to be paid for."""

import re
from typing import Final

_PAYMENT: Final = re.compile(
    r"subscri(?:be|bers?|ption)|sign in\b|log in\b|cancel (?:at )?any ?time|free trial|read on with|all articles"
    r"|already (?:a|have an) (?:subscriber|member|account)|to (?:continue|keep) reading"
    r"|read the (?:full|whole) (?:story|article)|abonn(?:ieren|enten|ement|és?)|jetzt (?:testen|weiterlesen)"
    r"|suscr[ií]b|suscriptores|abbonati|abbonamento|assinante|assine|prenumer|abonenc|im monat|par mois"
)
"""Searched in lower case, which is quicker than to ignore the case."""
_PRICE: Final = re.compile(r"\d (?:a|per) (?:month|week|year)\b")
_FREE_PART: Final = 250
"""Words that the free part of an article has at the most."""
_OFFERS: Final = 4
"""How often a page speaks of payment, at the least, where the publisher does not say that the article costs money."""


def payment_words(text: str) -> int:
    """How often a text speaks of subscriptions and their price."""
    text = text.lower()
    return len(_PAYMENT.findall(text)) + len(_PRICE.findall(text))


def is_paywalled(words: int, after: str, *, free: bool | None) -> bool:
    """Whether a text of ``words`` words is the free part of an article that has to be paid for.

    ``free`` is the publisher's statement (schema.org isAccessibleForFree), ``after`` is what the page shows below the
    text.
    """
    if words > _FREE_PART or free is True:
        return False
    offers = payment_words(after)
    return offers >= 1 if free is False else words <= _FREE_PART // 2 and offers >= _OFFERS
