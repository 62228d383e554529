"""What an edition says of itself: the dates, addresses and names that are its own and nobody's data."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class OwnWords:
    """What the gate lets pass because the edition itself says it.

    dates: CCYY-MM-DD; period, run, due dates, days on which rules take effect. They pass where a reader sees
    them, in words and cells, not in comments, attributes or style sheets. contacts: the plan's own e-mail
    addresses and telephone numbers, as written. links: web addresses, as written. codes: hashes and versions
    of rules, code and keys, which are digits alone by chance. texts: names and sentences
    of the edition that come from data about no person, such as the plan, its delegates and measures: their
    words are no alarm when a member happens to bear one as a name.
    """

    dates: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()

    def with_dates(self, *days: date | str) -> "OwnWords":
        """The same with more dates."""
        return replace(self, dates=self.dates | {str(day) for day in days})

    def with_codes(self, *codes: str) -> "OwnWords":
        """The same with more hashes and versions."""
        return replace(self, codes=self.codes | {code for code in codes if code})

    def with_texts(self, *texts: str) -> "OwnWords":
        """The same with more names and sentences."""
        return replace(self, texts=(*self.texts, *texts))


def own_words(
    dates: Iterable[date | str] = (),
    contacts: Iterable[str] = (),
    links: Iterable[str] = (),
    texts: Iterable[str] = (),
) -> OwnWords:
    """The own words of an edition from lists of any kind."""
    return OwnWords(frozenset(map(str, dates)), frozenset(contacts), frozenset(links), texts=tuple(texts))
