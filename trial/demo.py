"""`demo`: the thread once, headless, from an order to a bundle that verifies, with a real browser on its own display.

Rules
- Its home is its own and begins anew each time, so every demo shows the same. It stays afterwards for inspection. Its database is always a
  private one, so that nothing on a caller's server is begun anew.
- It exits 0 only if the exported bundle verifies against the trust file; 3 where there is no display or no browser.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from offmon.core.errors import OffmonError
from trial.forget import forget
from trial.person import MissingDisplay, TrialPerson
from trial.places import TrialHome, reachable_code
from trial.ports import FREE, held
from trial.raising import Raised, raised
from trial.script import Script
from trial.telling import Progress
from trial.thread import Thread

NO_DISPLAY: Final = 3


def play(path: Path, *, as_json: bool) -> int:
    """Play it; returns the exit status."""
    forget(path)
    with held(FREE) as ports:
        return _play_on(ports, path, as_json=as_json)


def _play_on(ports: Mapping[str, int], path: Path, *, as_json: bool) -> int:
    home, script, verified = TrialHome(path), Script(), False
    code = reachable_code(home)
    person = TrialPerson(home, code, f"http://127.0.0.1:{ports['ingest']}")
    try:
        person.start_display()
        with raised(home, code, ports, Progress(), environ={}) as system:
            verified = _play(script, system, person)
    except MissingDisplay as error:
        sys.stderr.write(
            f"There is no display for the indicator, or no browser, so there is nothing to show. As root:\n{error.message}\n"
        )
        return NO_DISPLAY
    except OffmonError as error:
        sys.stderr.write(f"\nThe thread breaks off after step {len(script.steps)}.\n{error}\n")
    finally:
        person.stop()
    bundle = path / "bundles" / "demo.zip"
    sys.stdout.write(
        f"\n{'Verified' if verified else 'NOT verified'} in {script.seconds} s. {bundle}\nTrust file: {home.trust}\n"
    )
    if as_json:
        sys.stdout.write(script.as_json(verified=verified, bundle=bundle, trust=home.trust) + "\n")
    return 0 if verified else 1


def _play(script: Script, system: Raised, person: TrialPerson) -> bool:
    thread = Thread(system, person)
    try:
        script.play("Authority is recorded and compiled.", "rule 1: no live term, no grant", thread.authority)
        script.play("The device is enrolled by a code.", "rule 8 and §5: the code names the root", thread.enrolment)
        script.play("A signed profile reaches the agent.", "rules 2 and 6: lease, visible indicator", thread.profile)
        script.play(
            "Monitoring is shown to work.", "design §1.2: active once a marker page arrived", thread.shown_to_work
        )
        script.play(
            "The person opens pages in a browser.", "rule 3: ask first, then read; S8: excluded places", thread.pages
        )
        script.play("Possible breaches are pointed out.", "rule 7: a machine points", thread.alert)
        script.play("The officer opens the alert.", "rule 5: no read without an entry", thread.opened)
        script.play("One body is revealed.", "rule 4: enclosed on the device", thread.reveal)
        script.play("The officer decides.", "rule 7: a human decides", thread.decision)
        script.play("An exhibit is sealed.", "S27: only what a person has decided, and the vault asks", thread.sealed)
        script.play(
            "The other pages are sought.", "rule 3: what may not leave is nowhere", thread.nothing_of_the_barred
        )
        script.play("The processes are told apart.", "§5: each its own uid and role", thread.apart)
        script.play("A forged request is made.", "§5: the signer takes nobody's word", thread.forgery)
        script.play("A bundle is asked for and built.", "rule 5: logged and witnessed before opened", thread.asked)
        script.play("A second person lets it go.", "§5: two people", thread.approved)
        script.play("A stranger verifies the bundle.", "rule 8: keys of one's own", thread.verified)
        script.play("The licence ends.", "rules 1 and 9: only what rested on it falls", thread.licence_ends)
    finally:
        person.stop()
        thread.close()
    return True
