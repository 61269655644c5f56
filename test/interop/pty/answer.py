"""Runs a program on a terminal of its own and types answers when their questions appear.

usage: answer.py JSON -- PROGRAM ARGUMENTS, where JSON is [[question, answer], ...]
Prints what the terminal showed; ends with the program's exit code.
"""

import json
import os
import pty
import select
import sys
import time

answers = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[3], sys.argv[3:])

shown = b""
seen = 0


def read(seconds):
    global shown
    ready, _, _ = select.select([terminal], [], [], seconds)
    if not ready:
        return True
    try:
        data = os.read(terminal, 65536)
    except OSError:
        return False
    shown += data
    return bool(data)


open_end = True
for question, answer in answers:
    until = time.monotonic() + 20
    while question.encode() not in shown[seen:] and open_end and time.monotonic() < until:
        open_end = read(0.1)
    seen = len(shown)
    # A prompt is drawn before it listens
    quiet = time.monotonic() + 0.3
    while open_end and time.monotonic() < quiet:
        open_end = read(0.05)
    if open_end:
        os.write(terminal, answer.encode())
while read(20):
    pass
sys.stdout.buffer.write(shown)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
