"""Bytes as the text that a function takes."""


def text_of(data: bytes) -> str:
    """Any bytes as text; what is not UTF-8 becomes lone surrogates, as a careless decoder makes them."""
    return data.decode("utf-8", "surrogateescape")
