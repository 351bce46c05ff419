"""Run one command and report what the operating system charged for it, as JSON on stdout.

Kept apart from the harness and started as its own small process (python -I -S): a child inherits its
parent's peak-RSS mark, so measuring from the large harness process would put a floor under every figure.
Usage: python -I -S launch.py TIMEOUT LOGFILE -- COMMAND [ARG ...]
"""

import os
import signal
import sys
import time

timeout, log, command = int(sys.argv[1]), sys.argv[2], sys.argv[4:]
child = 0
timed_out = False


def expire(*_: object) -> None:
    """Stop the group that this launcher started, and nothing else."""
    global timed_out
    timed_out = True
    if child:
        os.killpg(child, signal.SIGKILL)


signal.signal(signal.SIGALRM, expire)
signal.signal(signal.SIGTERM, expire)
started = time.monotonic()
child = os.fork()
if child == 0:
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        os.execvp(command[0], command)
    finally:
        os._exit(127)
signal.alarm(timeout)
_, status, usage = os.wait4(child, 0)
wall = time.monotonic() - started
signal.alarm(0)
unit = 2**20 if sys.platform == "darwin" else 2**10  # macOS counts bytes, Linux KiB
print(
    f'{{"wall": {wall:f}, "user": {usage.ru_utime:f}, "sys": {usage.ru_stime:f},'
    f' "cpu": {usage.ru_utime + usage.ru_stime:f}, "rss_mib": {usage.ru_maxrss / unit:f},'
    f' "exit": {os.waitstatus_to_exitcode(status)}, "timed_out": {"true" if timed_out else "false"}}}'
)
