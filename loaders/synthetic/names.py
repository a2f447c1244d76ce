"""Made-up names that nobody can take for a real person's or company's.

Given names are built from syllables; every family name is a word for "example" or "sample".
"""

from typing import Any

import numpy as np

from loaders.synthetic.draws import Draws

_FIRST = "Ba Be Bi Da De Do Fa Fe Ga Ha He Ja Jo Ka Ke Ki La Le Li Lo Lu Ma Me Mi Na Ne Ni No Pa Pe Ra Re Ri Ro"
_MIDDLE = "la li lo lu ma mi mo na ni no ra ri ro sa si ta ti va vi zu"
_LAST = "a o e i u ya yo na no ra ri ko la lin ren sen via nel dor mir"
GIVEN = tuple(first + middle + last for first in _FIRST.split() for middle in _MIDDLE.split() for last in _LAST.split())
FAMILY = (
    "Example", "Sample", "Specimen", "Ejemplo", "Muestra", "Exemplo", "Amostra", "Esempio", "Campione", "Exemple",
    "Beispiel", "Muster", "Voorbeeld", "Exempel", "Eksempel", "Esimerkki", "Przykład", "Příklad", "Példa", "Primer",
    "Örnek", "Mfano", "Contoh", "Halimbawa", "Exemplar",
)  # fmt: skip
TOWNS = ("Sampleton", "Exampleville", "Specimen Falls", "Port Example", "Lake Sample", "Mockbury", "New Example")


def people(draws: Draws, n: int) -> tuple[Any, Any]:
    """Given and family names of n people, as two columns."""
    import pyarrow as pa

    given = pa.array(GIVEN).take(pa.array(draws.below(len(GIVEN), n)))
    family = pa.array(FAMILY).take(pa.array(draws.below(len(FAMILY), n)))
    return given, family


def organizations(draws: Draws, nouns: Any, numbers: Any = None) -> Any:
    """Names such as "Balora Example Clinic": syllables, a word for "example", what it does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    n = len(nouns)
    given = pa.array(GIVEN).take(pa.array(draws.below(len(GIVEN), n)))
    family = pa.array(("Example", "Sample", "Specimen")).take(pa.array(draws.below(3, n)))
    parts = [given, family, nouns]
    if numbers is not None:
        parts.append(pc.cast(pa.array(np.asarray(numbers, np.int64)), pa.string()))
    return pc.binary_join_element_wise(*parts, " ")


def addresses(keys: Any) -> Any:
    """An address under example.org, a domain set aside for examples."""
    import pyarrow as pa
    import pyarrow.compute as pc

    at = pa.scalar("@example.org")
    return pc.binary_join_element_wise(pc.utf8_lower(keys), at, "")
