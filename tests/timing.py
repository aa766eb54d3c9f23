"""How long something takes, told so that only work that explodes fails a test and never a busy machine."""

import gc
import time
from collections.abc import Callable


def seconds(act: Callable[[], object]) -> float:
    """Return the processor time of `act`; collecting what other tests left behind does not count."""
    gc.disable()
    try:
        start = time.process_time()
        act()
        return time.process_time() - start
    finally:
        gc.enable()


def takes_less_than(limit: float, act: Callable[[], object], tries: int = 3) -> bool:
    """Whether `act` once takes less than `limit` seconds of processor time: an unlucky moment does not count."""
    return any(seconds(act) < limit for _ in range(tries))
