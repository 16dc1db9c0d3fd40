"""Header lines as servers really send them, brought to the form that a strict parser reads. Pure, and linear.

RFC 9112 says what a client does with a malformed head; browsers read all of these. A connection is closed behind an
answer whose head was mended, so that no bytes of it can be taken for another answer. What could still make two readers
see two bodies is refused all the same: two lengths, a length that is no number, a damaged name of a framing header.
"""

import re
from typing import Final

_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]++")
"""A token (RFC 9110 §5.6.2)."""
_REGULAR: Final = re.compile(rb"\A[!#$%&'*+.^_`|~0-9A-Za-z-]++:[^\r\n\0]*+\r\n")
"""A field line (RFC 9112 §5), without its continuation."""
_NO_LETTERS: Final = re.compile(rb"[^a-z]++")
_LENGTH: Final = re.compile(rb"[0-9]{1,18}+")
_FRAMING: Final = (b"content-length", b"transfer-encoding")
_BLANKS: Final = b" \t"
_SHOWN: Final = 80
"""Characters of a line that a message shows."""


class FramingError(ValueError):
    """It is not certain where the answer's body ends."""


def is_regular(lines: list[bytes]) -> bool:
    """Whether every reader finds the same fields in these lines of a head, and one statement at most about the body."""
    framing = sum(line.partition(b":")[0].lower() in _FRAMING for line in lines)
    return framing <= 1 and all(map(_REGULAR.fullmatch, lines))


def mended(lines: list[bytes]) -> list[bytes]:
    """The header lines of one head, without its status line and its blank line, as a strict parser reads them.

    ``lines`` end in LF or CRLF, as they came; those returned end in CRLF. A line that cannot be a header is left out.

    Raises:
        FramingError: the lines contradict each other about the body, or might.
    """
    fields = [field for line in _unfolded(lines) if (field := _field(line)) is not None]
    return _framed(fields)


def _unfolded(lines: list[bytes]) -> list[bytes]:
    """Continued lines joined by a blank (RFC 9112 §5.2), and a first line that continues none left out (§2.2)."""
    joined: list[list[bytes]] = []
    for line in lines:
        text = line.removesuffix(b"\n").removesuffix(b"\r")
        if text[:1] not in {b" ", b"\t"}:
            joined.append([text])
        elif joined:
            joined[-1].append(text.strip(_BLANKS))
    return [b" ".join(parts) for parts in joined]


def _field(line: bytes) -> tuple[bytes, bytes] | None:
    """Name and value of a line; None where it cannot be a header (RFC 9110 §5.1)."""
    if b"\r" in line or b"\0" in line:  # RFC 9110 §5.5: dangerous, since readers disagree about them
        raise FramingError(f"a header holds a null byte or a carriage return: {_shown(line)}")
    name, colon, value = line.partition(b":")
    bare = name.rstrip(_BLANKS)  # RFC 9112 §5.1: blanks before the colon are removed from a response
    if colon and _NAME.fullmatch(bare):
        return bare, value.strip(_BLANKS)
    letters = _NO_LETTERS.sub(b"", name.lower())
    if any(framing.replace(b"-", b"") in letters for framing in _FRAMING):
        raise FramingError(f"a header that says where the body ends is malformed: {_shown(line)}")
    return None


def _framed(fields: list[tuple[bytes, bytes]]) -> list[bytes]:
    """The fields as lines, with one statement about where the body ends (RFC 9112 §6.3)."""
    lengths = {part for value in _values(fields, b"content-length") for part in _parts(value)}
    if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
        said = ", ".join(map(_shown, sorted(lengths)[:4]))
        raise FramingError(f"the answer has more than one length, or one that is no number: {said}")
    codings = [part.lower() for value in _values(fields, b"transfer-encoding") for part in _parts(value)]
    codings = [coding for coding in codings if coding != b"identity"]  # it was dropped with RFC 7230, and says nothing
    if b"chunked" in codings[:-1] or any(b"chunked" in coding and coding != b"chunked" for coding in codings):
        raise FramingError("the answer is chunked twice, or not by its last transfer coding, or only perhaps")
    lines = [b"%s: %s\r\n" % field for field in fields if field[0].lower() not in _FRAMING]
    if codings:  # RFC 9112 §6.3: it overrides a length
        lines.append(b"Transfer-Encoding: %s\r\n" % b", ".join(codings))
    elif lengths:
        lines.append(b"Content-Length: %s\r\n" % lengths.pop())
    return lines


def _shown(raw: bytes) -> str:
    """The beginning of what the server sent, in quotes, for people; other characters than ASCII's as question marks."""
    text = raw[:_SHOWN].decode("ascii", "replace")
    plain = "".join(char if char.isascii() and char.isprintable() else "?" for char in text)
    return f'"{plain}"'


def _values(fields: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for field, value in fields if field.lower() == name]


def _parts(value: bytes) -> list[bytes]:
    """The members of a list (RFC 9110 §5.6.1); an empty value is one empty member."""
    return [part.strip(_BLANKS) for part in value.split(b",")]
