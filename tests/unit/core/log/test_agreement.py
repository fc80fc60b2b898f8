"""Whether a row agrees with the log: the truth table (issue 16, number 4)."""

import pytest

from offmon.core.ids import Digest
from offmon.core.log.agreement import Disagreement, Named, Seen, Stored, disagreement

ONE, OTHER = Digest("1" * 64), Digest("2" * 64)
SOUND = Stored(ONE, ONE, follows=True)


@pytest.mark.parametrize(
    ("named", "stored", "seen", "how"),
    [
        # nothing says that it was ever there
        (None, None, None, None),
        # as the log says, the first time and again
        (Named(5, ONE), SOUND, None, None),
        (Named(5, ONE), SOUND, Seen(ONE, 5), None),
        # a column that no entry commits to: changed with an entry since, and without one
        (Named(6, ONE), SOUND, Seen(OTHER, 5), None),
        (Named(5, ONE), SOUND, Seen(OTHER, 5), Disagreement.ALTERED),
        # a row that entries name and commit to nothing of, such as a leaf
        (Named(5, None), SOUND, None, None),
        (Named(5, None), SOUND, Seen(OTHER, 5), Disagreement.ALTERED),
        # another value than the entry committed to, or none that can be read
        (Named(5, OTHER), SOUND, None, Disagreement.CHANGED),
        (Named(5, OTHER), SOUND, Seen(ONE, 5), Disagreement.CHANGED),
        (Named(5, None), Stored(None, ONE, follows=False), None, Disagreement.CHANGED),
        # a copy that its document does not give
        (Named(5, ONE), Stored(ONE, ONE, follows=False), None, Disagreement.DIFFERS),
        # put in, and taken away
        (None, SOUND, None, Disagreement.UNNAMED),
        (None, SOUND, Seen(ONE, 5), Disagreement.UNNAMED),
        (Named(5, ONE), None, None, Disagreement.GONE),
        (Named(5, None), None, Seen(ONE, 5), Disagreement.GONE),
        (None, None, Seen(ONE, 5), Disagreement.GONE),
    ],
)
def test_the_truth_table(
    named: Named | None, stored: Stored | None, seen: Seen | None, how: Disagreement | None
) -> None:
    assert disagreement(named, stored, seen) is how
