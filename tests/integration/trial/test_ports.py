"""Two trials on one machine: each on ports of its own, whichever starts first, and printed."""

import socket

from trial.ports import held, replaced


def free() -> int:
    with held({"console": 0}) as ports:
        return ports["console"]


def test_a_port_that_something_listens_on_is_replaced_by_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with held({"console": port}) as ports:
            assert ports["console"] != port
    with held({"console": port}) as ports:
        assert ports["console"] == port


def test_two_trials_that_start_together_do_not_take_the_same_port() -> None:
    """Before either listens: afterwards a server shares its port with another of its account, and they answer in turn."""
    wanted = {"console": free()}
    with held(wanted) as first, held(wanted) as second:
        assert first == wanted
        assert second["console"] != wanted["console"]
        assert list(replaced(first, wanted)) == []
        (said,) = replaced(second, wanted)
        assert f"port {wanted['console']} is taken" in said
        assert f"console is on {second['console']}" in said
    with held(wanted) as after:
        assert after == wanted
