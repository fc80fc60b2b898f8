"""What `make run` prints when everything answers: where to look, who to be, what to try."""

import json

from offmon.core.formats.keys import PublicKey
from trial.invented import (
    AUTHORISER,
    EVIDENCE,
    OFFICER,
    PROBATION_OFFICER,
    STAFF,
    SUPERVISOR,
    WAY_IN,
)
from trial.places import choose_home
from trial.stack import Stack
from trial.uids import is_root

# The README says the same; a command stands on a line alone, so that it can be copied.
TOUR = f"""\
  1. Sign in to the console as `{OFFICER}`: case, conditions, how `{AUTHORISER}` answered; as `{PROBATION_OFFICER}` choose “Working for”.
  2. Visit, and enrol a device there; be that person in a second terminal, by the command above, and open the pages that its browser offers.
  3. See under “Alerts” which were detected; open one, reveal a disclosure for a reason, decide. Then be the person on their own page.
  4. Request an evidence bundle as `{EVIDENCE}`, and try to approve it yourself; then approve it as `{SUPERVISOR}`, and download it.
  5. `.venv/bin/offmon verify BUNDLE --trust {{trust}}`"""


def text(stack: Stack) -> str:
    """Addresses, the trust file, the roots' fingerprints as they would stand on paper, sign-ins, a tour of five lines."""
    name, code = json.loads((stack.home.of("console") / "seed.json").read_text())[WAY_IN].split()
    passwords = json.loads(stack.home.sign_ins.read_text())
    rows = "".join(f"  {p.sign_in:18} {passwords[p.sign_in]:18} {p.name}, {p.role.value}\n" for p in STAFF)
    roots = "".join(f"    {a.code:4} {PublicKey.parse(a.root).fingerprint}\n" for a in stack.made.agencies)
    whose = (
        "each process under a uid of its own"
        if is_root()
        else "every process under your own uid: run it as root to part them"
    )
    return f"""
Everything answers ({whose}).

  Console      {stack.url("console")}
  Own page     {stack.url("portal")}/en/first/  (the supervised person's; name {name}, code {code}, once and for a day; the
               page of the case makes another)
  Public site  {stack.url("website")}  (".venv/bin/offmon assure" with this address says how each of its promises stands)
  For devices  {stack.url("ingest")}
  Witness      {stack.url("witness")}  (on this machine, so not independent; the trust file says so)
  Trust file   {stack.home.trust}
  Assessment   {stack.home.assessment}  (the signed impact assessment, without which nothing is collected)
  Policy       {stack.home.policy}  (the policy document for sensitive data, which two people stand behind)
  Root keys    {stack.home.offline_root}: used once, read by nobody; an agency keeps them offline
{roots}
Sign-ins, all invented. Each takes a code as well, from an app that a phone would hold; what it shows now:
  {_trial(stack, f"code {OFFICER}")}
{rows}
To be the supervised person, in a second terminal on a screen (the indicator must be seen; `make demo` needs none):
  {_trial(stack, f"device --server {stack.url('ingest')}")}

A tour:
{tour(str(stack.home.trust))}

Ctrl-C stops all of it. `make run` again goes on from here; `make reset` forgets.
"""


def tour(trust: str) -> str:
    """`TOUR` for a terminal, with where the trust file lies."""
    return TOUR.format(trust=trust).replace("`", "")


def _trial(stack: Stack, command: str) -> str:
    """A command of the trial, in this trial's own folder."""
    elsewhere = "" if stack.home.path == choose_home() else f" --home {stack.home.path}"
    return f".venv/bin/python -m trial {command}{elsewhere}"
