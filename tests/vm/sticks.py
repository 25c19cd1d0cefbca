"""USB sticks plugged into the emulated machine, and pulled: its kernel hears and mounts them, intake takes what it may.

usage: sticks.py GUEST-FOLDER DUMPS-FOLDER. The sticks are those that `images` made.
"""

import hashlib
import json
import re
import signal
import sys
import time
from pathlib import Path

from machine import LISTEN_S, Machine, MachineError

# The panel of sticks.toml.
WIDTH, HEIGHT = 1080, 1920
# Emulated, the services start after some 20 s; a slow or busy host may take several times that.
START_S = 180.0
# From a plug to the end of a pass, emulated and on busy cores.
PASS_S = 90.0
# Slow enough for a stick to be pulled in the middle of a copy of 1 MB, and still mounted within seconds.
SLOW_BYTES_S = 100_000
# What the guest's udevadm says of a stick that came.
ADDED = r"KERNEL\S* add .*/usb.*/block/sd\w+ "
# When a stick is pulled: what the guest has said just before.
PULLED_AT = {
    "heard of": ADDED,
    "mounted": r"stick\.mounted",
    "found": "un dépôt de contenu a été trouvé",
    "in the middle": "publication {release} .* : signée par",
}


class Sticks(Machine):
    """A machine with a USB 3 controller, and sticks that come and go."""

    def __init__(self, guest, dumps):
        super().__init__(guest, dumps, WIDTH, HEIGHT, test="sticks", devices=("-device", "qemu-xhci"))
        self._images = Path(guest) / "sticks"
        self._mark = 0

    def start(self):
        """Waits until every service is up."""
        self._ask("object-add", {"qom-type": "throttle-group", "id": "slow", "limits": {"bps-read": SLOW_BYTES_S}})
        self.says(r"kiosk\.reached", START_S)

    def mark(self):
        """From here on, `says` and `count` look at what the guest says."""
        self._mark = len(self.said())

    def says(self, pattern, seconds=PASS_S):
        """Waits for what the guest says after the mark. Returns the match."""
        return self.heard(pattern, seconds, after=self._mark)

    def count(self, pattern):
        """How often the guest has said it after the mark."""
        return len(re.findall(pattern, self.said()[self._mark :]))

    def copy_bytes(self, release):
        """What a stick of that release has to give to a kiosk that holds nothing."""
        targets = self._images / str(release) / "parvis" / "targets"
        return max(file.stat().st_size for file in targets.glob("*.content-*"))

    def plug(self, image, slow=False):
        """Plugs a stick in. As far as the controller is concerned, it may be written to."""
        disk = {"driver": "raw", "file": {"driver": "file", "filename": str(self._images / f"{image}.img")}}
        if slow:
            disk = {"driver": "throttle", "throttle-group": "slow", "file": disk}
        self._ask("blockdev-add", {"node-name": image, **disk})
        self._ask("device_add", {"driver": "usb-storage", "id": image, "drive": image, "removable": True})

    def pull(self, image):
        """Pulls a stick, whatever the guest is doing with it."""
        self._ask("device_del", {"id": image})
        deadline = time.monotonic() + PASS_S
        while True:
            try:
                return self._ask("blockdev-del", {"node-name": image})
            except MachineError:
                # QEMU has not let go of it yet, or the machine is gone.
                if time.monotonic() > deadline:
                    raise
                time.sleep(LISTEN_S)


def check(holds, what):
    """Fails when it does not hold."""
    if not holds:
        raise MachineError(what)


def takes_at_power_on(machine, image, release):
    """A stick that is there before intake is: nobody hears of it, intake looks."""
    machine.plug(image)
    machine.start()
    shows(machine, release)
    check(machine.count(ADDED) == 0, f"{image} was heard of: this does not show that intake looks for sticks")
    machine.pull(image)


def takes(machine, image, release, beside=None):
    """The stick brings the release, and the kiosk shows it. Returns the seconds from the plug to the activation.

    `beside` is plugged in just before and must not be mounted, though the kernel has heard of it and could.
    """
    machine.mark()
    if beside:
        machine.plug(beside)
        machine.says(ADDED)
    plugged = time.monotonic()
    machine.plug(image)
    machine.says(rf"content\.activated release={release}\b")
    seconds = time.monotonic() - plugged
    shows(machine, release)
    for stick in filter(None, (image, beside)):
        machine.pull(stick)
    return seconds


def shows(machine, release):
    """One stick was mounted, once; the kiosk has opened what it brought, and intake knows."""
    machine.says(rf"content\.activated release={release}\b")
    machine.says(r"content\.opened")
    machine.says(rf"publication {release} : affichée par la borne")
    mounts = machine.count(r"stick\.mounted")
    check(mounts == 1, f"mounted {mounts} times for release {release}, not once")


def refuses(machine, image, why):
    """The stick is read and refused."""
    machine.mark()
    machine.plug(image)
    machine.says(rf'intake\.refused error="{why}"')
    machine.pull(image)
    check(machine.count(r"content\.(activated|opened)") == 0, f"{image} changed what is shown")


def takes_after_pulls(machine, image, release, dumps):
    """Pulled at every step: what is shown stays. The next plug goes on from where the copy was."""
    for name, step in PULLED_AT.items():
        machine.mark()
        machine.plug(image, slow=True)
        machine.says(step.format(release=release))
        if name == "in the middle":
            # The copy takes ten seconds; part of it is on the kiosk then.
            time.sleep(3)
            machine.screen().save_png(dumps / "2-copying.png")
        machine.pull(image)
        machine.says(r'stick\.unreadable|intake\.refused error="interrupted"')
        check(machine.count(r"content\.(activated|opened|refused)") == 0, f"pulled when {name}: what is shown changed")
    takes(machine, image, release)
    read = float(machine.says(rf"publication {release} : reçue \(contenu entier, ([0-9.]+) Mo lus\)")[1])
    check(read * 1e6 < machine.copy_bytes(release) - SLOW_BYTES_S, f"{read} MB were read again: nothing was kept")


def two_at_once(machine, new, release, old):
    """Two sticks at once: one brings a release, the other one is refused, whichever comes first."""
    machine.mark()
    machine.plug(old)
    machine.plug(new)
    machine.says(rf"content\.activated release={release}\b")
    machine.says(r"content\.opened")
    machine.says(r'intake\.refused error="rollback"')
    check(machine.count(r"stick\.mounted") == 2, "two sticks at once were not mounted once each")
    machine.pull(old)
    machine.pull(new)


def run(machine, dumps):
    """The sticks, in the order in which they are plugged. Returns the times, in seconds."""
    takes_at_power_on(machine, "first", 1)
    machine.screen().save_png(dumps / "1-release.png")
    times = {"vm_stick_to_activated_s": takes(machine, "second", 2, beside="unread")}
    refuses(machine, "first", "rollback")
    takes_after_pulls(machine, "third", 3, dumps)
    two_at_once(machine, "fourth", 4, old="first")
    return times


def fill(guest, dumps):
    """Fills the exFAT stick, which only a kernel does, with what is on another one."""
    dumps.mkdir(exist_ok=True)
    images = [
        f"if=virtio,format=raw,file={guest}/sticks/fourth.img",
        f"if=virtio,format=raw,read-only=on,file={guest}/sticks/fourth-source.img",
    ]
    devices = [argument for image in images for argument in ("-drive", image)]
    with Machine(guest, dumps, WIDTH, HEIGHT, test="fill", devices=devices) as machine:
        machine.heard("vm: filled", START_S)


def digests(guest):
    """What is on every stick."""
    return {image.name: hashlib.sha256(image.read_bytes()).hexdigest() for image in (guest / "sticks").glob("*.img")}


def main():
    guest, dumps = Path(sys.argv[1]), Path(sys.argv[2])
    dumps.mkdir(parents=True, exist_ok=True)
    # So that the machine is stopped too when this program is asked to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("vm: stopped"))
    machine = Sticks(guest, dumps)
    try:
        fill(guest, dumps / "fill")
        before = digests(guest)
        with machine:
            times = run(machine, dumps)
        check(digests(guest) == before, "a stick was written to")
    except MachineError as error:
        last = "\n".join(machine.said().splitlines()[-20:])
        sys.exit(f"vm: {error}\nvm: the guest's last words:\n{last}")
    (dumps / "times.json").write_text(json.dumps(times) + "\n")
    for name, seconds in times.items():
        print(f"vm: {name} {seconds:.1f}")
    print("vm: every stick is handled as expected")


main()
