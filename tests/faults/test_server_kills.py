"""A server may be killed anywhere: what it answered is there once, nothing is there by half."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable

import pytest
from faults.clients import Client, HttpApi, Ledger, ServerDiedError, follow_script, write_until
from faults.restarting import check_after_restart
from faults.sites import Running, Servers, Site
from faults.truths import broken_promises

AIMED = 10
#: ``make soak`` asks for more.
RANDOM = int(os.environ.get("CARDWRIGHT_KILLS", "5"))
CLIENTS = 4


@pytest.fixture(scope="module")
def points(
    fresh_site: Callable[[], Site], servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, int]:
    """How many points an undisturbed server passes until it serves, and until all is written."""
    trace = tmp_path_factory.mktemp("trace") / "points"
    site = fresh_site()
    server = servers.start(site, trace=str(trace))
    ready = len(trace.read_text("utf-8").splitlines())
    ledger = Ledger()
    write_script(server, site, ledger)
    total = len(trace.read_text("utf-8").splitlines())
    assert servers.end(server, signal.SIGTERM) == 0, server.printed.read_text("utf-8")
    check_after_restart(site, ledger)
    assert ledger.answers > 8
    return ready, total


def write_script(server: Running, site: Site, ledger: Ledger) -> bool:
    """Follow the script; tell whether the server lived to its end."""
    api = HttpApi(server.port, site.token)
    try:
        follow_script(Client("one", api, ledger))
    except ServerDiedError:
        return False
    finally:
        api.close()
    return True


@pytest.mark.parametrize("tenth", range(AIMED))
def test_a_server_killed_at_an_aimed_point_keeps_what_it_promised(
    tenth: int, fresh_site: Callable[[], Site], servers: Servers, points: tuple[int, int]
) -> None:
    ready, total = points
    # Two while it starts, the others while it writes; the worker's own points come and go.
    stop_at = (
        1 + tenth * ready // 2 if tenth < 2 else ready + (tenth - 1) * (total - ready) // AIMED
    )
    site, ledger = fresh_site(), Ledger()
    server = servers.start(site, stop_at=stop_at)
    if server.ready:
        write_script(server, site, ledger)
    assert servers.end(server, signal.SIGKILL) == -signal.SIGKILL, f"point {stop_at}"
    check_after_restart(site, ledger)


@pytest.mark.parametrize("number", range(RANDOM))
def test_a_server_killed_while_four_clients_write_keeps_what_it_promised(
    number: int, fresh_site: Callable[[], Site], servers: Servers
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    site = fresh_site()
    server = servers.start(site)
    last = chance.randint(1, 60)
    ledger = Ledger(
        when=lambda count: os.kill(server.pid, signal.SIGKILL) if count == last else None
    )
    write_together(server, site, ledger, seed)
    assert servers.end(server, signal.SIGKILL) == -signal.SIGKILL
    again = servers.start(site)
    assert again.ready
    api = HttpApi(again.port, site.token)
    assert broken_promises(ledger, api) == []
    api.close()
    assert servers.end(again, signal.SIGTERM) == 0, again.printed.read_text("utf-8")
    check_after_restart(site, ledger)


def write_together(server: Running, site: Site, ledger: Ledger, seed: int) -> None:
    """Let some clients write until the server dies; raise what else went wrong in them."""
    wrong: list[BaseException] = []

    def work(number: int) -> None:
        api = HttpApi(server.port, site.token)
        try:
            client = Client(f"c{number}", api, ledger)
            write_until(client, random.Random(seed + number), lambda: False)
        except ServerDiedError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
            wrong.append(error)
        finally:
            api.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
