"""The kiosk on KMS in an emulated machine: first screen, one touch, one call, and nobody there.

usage: kiosk.py GUEST-FOLDER DUMPS-FOLDER
"""

import json
import signal
import sys
import time
from pathlib import Path

from machine import Machine, MachineError

# The panel of parvis.toml.
WIDTH, HEIGHT = 1080, 1920
# From ui/ui/theme.slint: the ground, the deep main colour, and the one that belongs to the call button alone.
GROUND, MAIN, CALL = "#faf6ee", "#0f4d55", "#f5a623"
# The search bar of the home screen, as a share of the screen; no other screen of this test has one.
SEARCH_BAR = 0.06
# Emulated, the first frame comes after some 20 s; a slow or busy host may take several times that.
FIRST_SCREEN_S = 180.0
# A touch is answered within 100 ms on a machine; emulated, on busy cores, not later than this.
NEXT_SCREEN_S = 30.0
# Between two looks at the screen.
LOOK_S = 0.25


def wait_for(machine, what, seconds, holds):
    """The first picture for which `holds`, bounded in time."""
    deadline = time.monotonic() + seconds
    while True:
        picture = machine.screen()
        if holds(picture):
            return picture
        if time.monotonic() > deadline:
            picture.save_png(machine.serial_file.with_name("failed.png"))
            raise MachineError(f"after {seconds:.0f} s, not seen: {what}; see failed.png and {machine.serial_file}")
        time.sleep(LOOK_S)


def settled(machine, what, holds):
    """The first picture for which `holds` and that stays: a dump may fall between two halves of a frame."""
    before = wait_for(machine, what, NEXT_SCREEN_S, holds)
    return wait_for(machine, f"{what}, standing still", NEXT_SCREEN_S, Still(before, holds))


class Still:
    """Holds for a picture that is the same as the one before it."""

    def __init__(self, before, holds):
        self.before, self.holds = before.rgb, holds

    def __call__(self, now):
        same = now.rgb == self.before
        self.before = now.rgb
        return same and self.holds(now)


def middle(box):
    """The middle of a rectangle."""
    left, top, right, bottom = box
    return (left + right) // 2, (top + bottom) // 2


def is_first_screen(picture):
    """The ground over most of the screen, and a call button of at least 25 × 15 mm, in pixels of 4.03 a mm."""
    if (picture.width, picture.height) != (WIDTH, HEIGHT) or picture.share_of(GROUND) < 0.3:
        return False
    box = picture.box_of(CALL)
    return box is not None and box[2] - box[0] >= 100 and box[3] - box[1] >= 60


def check_same_place(call_button, picture):
    """The call button is where it was on the first screen."""
    if picture.box_of(CALL) != call_button:
        raise MachineError(f"the call button moved from {call_button} to {picture.box_of(CALL)}")


def run(machine, dumps, hears=True):
    """The screens, in the order in which a visitor sees them; `hears`: the services' log comes over the serial line.
    Returns the times, in seconds."""
    wait_for(machine, "the first screen", FIRST_SCREEN_S, is_first_screen)
    times = {"vm_first_frame_s": machine.since_power_on()}
    first = settled(machine, "the first screen", is_first_screen)
    first.save_png(dumps / "1-first.png")
    call_button = first.box_of(CALL)

    def has_search_bar(now):
        return now.share_of(MAIN) >= first.share_of(MAIN) + SEARCH_BAR / 2

    touched = time.monotonic()
    machine.touch(WIDTH // 2, HEIGHT // 2, first)
    wait_for(machine, "the home screen", NEXT_SCREEN_S, has_search_bar)
    times["vm_touch_to_screen_s"] = time.monotonic() - touched
    home = settled(machine, "the home screen", has_search_bar)
    home.save_png(dumps / "2-home.png")
    check_same_place(call_button, home)

    # Both services must be up, as two processes; then the call must reach the desk, not only the screen.
    if hears:
        machine.heard(r"kiosk\.reached", NEXT_SCREEN_S)
    touched = time.monotonic()
    machine.touch(*middle(call_button), home)
    call = settled(machine, "the call's screen", lambda now: not has_search_bar(now))
    call.save_png(dumps / "3-call.png")
    check_same_place(call_button, call)
    if hears:
        machine.heard(r"call\.requested", NEXT_SCREEN_S)

    # No staff page is open in the guest: the kiosk says so at once; this is the screen with the call's number.
    numbered = settled(machine, "the call's number", lambda now: not has_search_bar(now))
    numbered.save_png(dumps / "4-numbered.png")
    check_same_place(call_button, numbered)
    return times


def main():
    guest, dumps = sys.argv[1], Path(sys.argv[2])
    dumps.mkdir(parents=True, exist_ok=True)
    # So that the machine is stopped too when this program is asked to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("vm: stopped"))
    machine = Machine(guest, dumps, WIDTH, HEIGHT)
    try:
        with machine:
            times = run(machine, dumps)
    except MachineError as error:
        last = "\n".join(machine.said().splitlines()[-20:])
        sys.exit(f"vm: {error}\nvm: the guest's last words:\n{last}")
    (dumps / "times.json").write_text(json.dumps(times) + "\n")
    for name, seconds in times.items():
        print(f"vm: {name} {seconds:.1f}")
    print(f"vm: every screen checked is as expected; pictures in {dumps}")


if __name__ == "__main__":
    main()
