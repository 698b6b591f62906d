"""pymap in this process: a second opinion on IMAP, without SPECIAL-USE."""

from __future__ import annotations

import asyncio
import logging
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService
from pysasl.hashing import BuiltinHash

from servers.ports import free_port, wait_for_greeting

# Half a million rounds at every login would be most of the time of the tests.
_QUICK = BuiltinHash(rounds=1)


@contextmanager
def pymap(user: str = "parent", password: str = "secret") -> Iterator[int]:
    """Runs the server with an empty mailbox; yields its port."""
    port, loop, halt = free_port(), asyncio.new_event_loop(), asyncio.Event()
    logging.getLogger("pymap").disabled = True
    arguments = Namespace(
        debug=False, host="127.0.0.1", port=port, cert=None, key=None, tls=False, passlib_cfg=None,
        proxy_protocol=None, inherited_sockets=None, demo_data=False, demo_user=user, demo_password=password,
    )  # fmt: skip

    async def serve() -> None:
        backend, config = await DictBackend.init(arguments, hash_context=_QUICK)
        config.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            await halt.wait()
            others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        wait_for_greeting(port)
        yield port
    finally:
        loop.call_soon_threadsafe(halt.set)
        thread.join(5)
