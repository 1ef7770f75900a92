"""Numbers in running text: which pieces form one number, and its value.

The grammar reads figures with their scale ("$11bn", "3.5 million", "1 1/2") and words ("two hundred and six", "half a
million", "two-thirds", "hundreds of thousands"). Whether a number counts anything is for others to say.
"""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import category

from tidings.extract.quantity_lexemes import HYPHENS, VULGAR, Kind, Lexemes
from tidings.extract.quantity_words import beginning, forms, numbers

LONGEST_FIGURE = 15
"""Figures of more digits are codes, and would not keep their value as 64-bit floating-point numbers."""
_LARGEST = 10**LONGEST_FIGURE
_PLACES = 6


class Number(NamedTuple):
    """A number's pieces first:last and its value.

    `vague` numbers ("dozens") are only bounded from below; `spelt` ones are written in words; a `share` is a part of one
    ("a third"); `scaled` ones have a scale of their own ("5 million"), which the lower end of a range may lack.
    """

    first: int
    last: int
    value: float | int
    vague: bool = False
    spelt: bool = False
    share: bool = False
    scale: int = 1


def number_at(lexemes: Lexemes, i: int) -> Number | None:
    """Return the number that starts at a piece, the longest reading, or None."""
    kind = lexemes[i].kind
    if kind is Kind.FIGURE or kind is Kind.VULGAR:
        return _one_in(lexemes, i) or _figures(lexemes, i)
    if kind is Kind.MARK or lexemes.word(i) == "minus":
        return _negative(lexemes, i)
    found = _vague(lexemes, i) or _one_in(lexemes, i) or _share(lexemes, i) or _spelt(lexemes, i)
    return found if found is None or found.value <= _LARGEST else None


def tidy(value: float) -> float | int:
    """Return a number as an int where it is one, and without the noise of binary fractions."""
    rounded = round(value, _PLACES)
    return int(rounded) if rounded == int(rounded) else rounded


def is_minus(lexemes: Lexemes, i: int) -> bool:
    """Tell whether a piece is a minus: written against what follows it, and against nothing before it."""
    return lexemes.word(i) in ("-", "−") and lexemes.is_glued(i + 1) and not lexemes.is_glued(i)


# ---------------------------------------------------------------- figures


def _negative(lexemes: Lexemes, i: int) -> Number | None:
    """Read "-36", "−5.2" and "minus 5"."""
    if not (is_minus(lexemes, i) or lexemes.word(i) == "minus") or not lexemes.is_figure(i + 1):
        return None
    number = _figures(lexemes, i + 1)
    return number._replace(first=i, value=-number.value) if number else None


def _figures(lexemes: Lexemes, i: int) -> Number | None:
    end, value = _plain(lexemes, i)
    if value is None:
        return None
    end, value, share = _with_fraction(lexemes, i, end, value)
    end, scale = _scale(lexemes, end)
    if value * scale > _LARGEST:
        return None
    return Number(i, end, tidy(value * scale), share=share, scale=scale)


def _plain(lexemes: Lexemes, i: int) -> tuple[int, float | None]:
    """Read figures alone, with groups of three that plain spaces divide ("10 000 men")."""
    if lexemes[i].kind is Kind.VULGAR:
        return i + 1, VULGAR[lexemes.word(i)]
    digits = "".join(c for c in lexemes.word(i) if c.isdigit() or c == ".")
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    end = i + 1
    if len(digits) <= 3 and digits.isdigit() and digits[0] != "0" and not _names_what_follows(lexemes, i):
        while _is_group(lexemes, end):
            digits += lexemes.word(end)
            end += 1
    return end, float(digits) if len(digits) <= LONGEST_FIGURE else None


def _is_group(lexemes: Lexemes, i: int) -> bool:
    follows = lexemes.word(i)
    alone = not lexemes.is_glued(i) and not (lexemes.is_glued(i + 1) and lexemes.is_word(i + 1))
    return len(follows) == 3 and lexemes.is_figure(i) and alone and lexemes.form(i - 1, i + 1) != ""


def _names_what_follows(lexemes: Lexemes, i: int) -> bool:
    """Tell whether figures stand right behind a name or other figures ("Flight 370 239 people", "020 7946 0958")."""
    return lexemes.is_figure(i - 1) or (lexemes.is_word(i - 1) and lexemes.written(i - 1)[0].isupper() and i > 1)


def _with_fraction(lexemes: Lexemes, i: int, end: int, value: float) -> tuple[int, float, bool]:
    """Add what makes a number mixed or a fraction: "2½", "1 1/2", "3/4"."""
    if end < len(lexemes) and lexemes[end].kind is Kind.VULGAR and lexemes[i].kind is Kind.FIGURE:
        return end + 1, value + VULGAR[lexemes.word(end)], False
    if (fraction := _slashed(lexemes, i)) is not None:
        return i + 3, fraction, True
    if value == int(value) and not lexemes.is_glued(end) and (fraction := _slashed(lexemes, end)) is not None:
        return end + 3, value + fraction, False
    return end, value, lexemes[i].kind is Kind.VULGAR


def _slashed(lexemes: Lexemes, i: int) -> float | None:
    if not (lexemes.is_figure(i) and lexemes.word(i + 1) == "/" and lexemes.is_figure(i + 2)):
        return None
    above, below = lexemes.word(i), lexemes.word(i + 2)
    glued = lexemes.is_glued(i + 1) and lexemes.is_glued(i + 2) and not lexemes.is_glued(i + 3)
    # "24/7", "9/11" and "10/12" are no parts of one; "3/4" is.
    if not glued or not above.isdigit() or len(above) > 1 or below not in ("2", "3", "4", "5", "6", "8", "10", "16"):
        return None
    return int(above) / int(below) if 0 < int(above) < int(below) else None


def _scale(lexemes: Lexemes, end: int) -> tuple[int, int]:
    """Read the scales behind figures: "bn" or "m" against them, "million" or "hundred thousand" behind them."""
    factor = 1
    glued = numbers("glued").get(lexemes.word(end)) if lexemes.is_glued(end) else None
    if glued is not None and not _is_metre(lexemes, end):
        return end + 1, glued
    while True:
        hyphen = lexemes.word(end) in HYPHENS and lexemes.is_glued(end) and lexemes.is_glued(end + 1)
        scale = numbers("scale").get(lexemes.word(end + hyphen))
        if scale is None or not lexemes.form(end - 1, end + hyphen + 1):
            return end, factor
        end, factor = end + hyphen + 1, factor * scale
        if factor > _LARGEST:
            return end, factor


def _is_metre(lexemes: Lexemes, i: int) -> bool:
    """Tell whether an "m" behind figures measures ("a 100m race", "2m tall") and does not multiply ("5m people", "£5m")."""
    if lexemes.word(i) != "m" or not lexemes.is_word(i + 1) or category(lexemes.word(i - 2)[:1] or " ") == "Sc":
        return False
    for token in lexemes.doc[lexemes[i + 1].token : lexemes[i + 1].token + 3]:
        if token.tag_ in ("NNS", "NNPS"):
            return False
        if token.tag_ in ("NN", "JJ", "RB"):
            return token.tag_ != "JJ" or token.lower_ in ("long", "tall", "high", "deep", "wide", "thick")
        break
    return False


# ---------------------------------------------------------------- words


def _vague(lexemes: Lexemes, i: int) -> Number | None:
    """Read "dozens", "several hundred", "tens of thousands", "a few"."""
    words, scales = numbers("vague"), numbers("scale")
    found = beginning(lexemes, i, words)
    if found is None:
        return None
    end, low = found
    of = lexemes.word(end) == "of"
    if (scale := scales.get(lexemes.word(end + of))) and lexemes.word(end + of) not in ("score", "grand"):
        return Number(i, end + of + 1, low * scale, vague=True, spelt=True)
    if of and (more := words.get(lexemes.word(end + 1))) and lexemes.word(i) in words:
        # "hundreds of thousands": 200 × 1,000; the table has the plural's least, twice its scale.
        return Number(i, end + 2, low * more // 2, vague=True, spelt=True)
    return Number(i, end, low, vague=True, spelt=True)


def _one_in(lexemes: Lexemes, i: int) -> Number | None:
    """Read "one in five", "one out of every 10"."""
    found = beginning(lexemes, i, forms("one_in"))
    if found is None or found[0] >= len(lexemes):
        return None
    last = found[0]
    other = _figures(lexemes, last) if lexemes.is_figure(last) else _spelt(lexemes, last)
    if other is None or other.value <= 1 or other.share:
        return None
    return Number(i, other.last, tidy(1 / other.value), spelt=True, share=True)


def _share(lexemes: Lexemes, i: int) -> Number | None:
    """Read "half of", "two-thirds", "a third of", "half a million", "three quarters of a million"."""
    parts_of_one = numbers("fraction")
    above, end = 1.0, i
    if lexemes.word(i) in ("a", "an", "one"):
        end = i + 1
    elif lexemes.word(i) not in parts_of_one:
        count = _below_hundred(lexemes, i)
        if count is None:
            return None
        end, above = count
    hyphen = lexemes.word(end) in HYPHENS and lexemes.is_glued(end) and lexemes.is_glued(end + 1)
    name = lexemes.word(end + hyphen)
    below = parts_of_one.get(name)
    if below is None or (above > 1) != (name.endswith("s") or name == "halves") or above >= below:
        return None
    end += hyphen + 1
    if lexemes.word(end) == "-" and lexemes.is_glued(end):
        scale = numbers("scale").get(lexemes.word(end + 1))
        if scale is None:
            return None  # "a half-brother", "third-largest"
        return Number(i, end + 2, tidy(above * scale / below), spelt=True)
    of = lexemes.word(end) == "of"
    if lexemes.word(end + of) in ("a", "an") and (scale := numbers("scale").get(lexemes.word(end + of + 1))):
        return Number(i, end + of + 2, tidy(above * scale / below), spelt=True)
    if end == i + 1:  # "half" alone is a part of one before what it divides; "third" alone is an ordinal
        divides = of or lexemes.word(end) in ("a", "an", "the", "its", "his", "her", "their", "our", "all")
        if name != "half" or not divides:
            return None
    elif above == 1 and not of and not hyphen and name != "half":
        return None  # "a third man"
    return Number(i, end, tidy(above / below), spelt=True, share=True)


def _spelt(lexemes: Lexemes, i: int) -> Number | None:
    """Read a number in words: "two hundred and fifty", "twenty-five thousand", "a dozen", "two and a half million"."""
    total, limit, scaled, k = 0.0, _LARGEST, 1, i
    while True:
        part = _below_thousand(lexemes, k, article=k == i)
        if part is None:
            break
        end, value = part
        if scaled == 1 and total == 0:
            end, value = _and_a_half(lexemes, end, value)
        after, scale = _large_scale(lexemes, end)
        if scale >= limit or (total and value >= limit):
            break
        total, limit, k = total + value * scale, scale, after
        scaled = max(scaled, scale)
        if scale == 1:
            break
        if lexemes.form(k, k + 3) == "and a half":
            total, k = total + scale / 2, k + 3
            break
        if lexemes.word(k) == "and" and (more := _below_thousand(lexemes, k + 1, article=False)) is not None:
            if _large_scale(lexemes, more[0])[1] >= limit:
                break
            k += 1
    if k == i:
        return None
    if lexemes.word(k - 1) == "and":
        k -= 1
    return Number(i, k, tidy(total), spelt=True, scale=scaled)


def _and_a_half(lexemes: Lexemes, end: int, value: float) -> tuple[int, float]:
    return (end + 3, value + 0.5) if lexemes.form(end, end + 3) == "and a half" else (end, value)


def _large_scale(lexemes: Lexemes, end: int) -> tuple[int, int]:
    hyphen = lexemes.word(end) in HYPHENS and lexemes.is_glued(end) and lexemes.is_glued(end + 1)
    scale = numbers("scale").get(lexemes.word(end + hyphen), 1)
    return (end + hyphen + 1, scale) if scale >= 1000 else (end, 1)


def _below_thousand(lexemes: Lexemes, i: int, *, article: bool) -> tuple[int, float] | None:
    """Read up to a hundred's or a dozen's multiple: "a hundred", "two hundred and six", "three dozen"."""
    scales = numbers("scale")
    if article and lexemes.word(i) in ("a", "an"):
        scale = scales.get(lexemes.word(i + 1), 1)
        if scale == 1 or lexemes.word(i + 1) in ("score", "grand"):
            return None
        head, count = i + 1, 1.0
        if scale >= 1000:
            return head, count
    else:
        found = _below_hundred(lexemes, i)
        if found is None:
            return None
        head, count = found
    hyphen = lexemes.word(head) in HYPHENS and lexemes.is_glued(head) and lexemes.is_glued(head + 1)
    scale = scales.get(lexemes.word(head + hyphen), 1)
    if scale == 1 or scale >= 1000:
        return head, count
    end, value = head + hyphen + 1, count * scale
    if scale == 100:
        joined = lexemes.word(end) == "and"
        rest = _below_hundred(lexemes, end + joined)
        if rest is not None and lexemes.word(rest[0]) != "hundred":
            return rest[0], value + rest[1]
    return end, value


def _below_hundred(lexemes: Lexemes, i: int) -> tuple[int, float] | None:
    words = numbers("number")
    value = words.get(lexemes.word(i))
    if value is None:
        return None
    if value >= 20:
        hyphen = lexemes.word(i + 1) in HYPHENS and lexemes.is_glued(i + 1) and lexemes.is_glued(i + 2)
        unit = words.get(lexemes.word(i + 1 + hyphen), 0)
        if 0 < unit < 10:
            return i + hyphen + 2, float(value + unit)
    return i + 1, float(value)
