"""An emulated machine: started, looked at, touched, and always stopped. Python's standard library only."""

import contextlib
import json
import re
import socket
import struct
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

# No answer takes longer, even while the machine computes on both cores.
ANSWER_S = 30.0
# Between two looks at what the guest has said.
LISTEN_S = 0.1
# Pixels between two samples: 2 mm on a 21.5" panel, smaller than anything that can be touched.
SAMPLE_PX = 8
# The largest value on an axis of QEMU's touch screen.
AXIS_MAX = 0x7FFF


class MachineError(Exception):
    """The machine does not do what was asked. The message says what, and where to look."""


class Picture:
    """What the screen shows: three bytes a pixel."""

    def __init__(self, width, height, rgb):
        self.width, self.height, self.rgb = width, height, rgb

    @classmethod
    def from_ppm(cls, data):
        """Reads QEMU's own format: `P6 width height 255`, then the pixels."""
        magic, width, height, _depth = data.split(maxsplit=4)[:4]
        width, height = int(width), int(height)
        if magic != b"P6" or len(data) < 3 * width * height:
            raise MachineError("the screen dump is not a whole PPM picture")
        return cls(width, height, data[-3 * width * height :])

    def at(self, x, y):
        """The colour of one pixel, as three bytes."""
        start = 3 * (y * self.width + x)
        return self.rgb[start : start + 3]

    def samples_of(self, colour):
        """Where the sampled pixels of exactly that colour are."""
        wanted = bytes.fromhex(colour.lstrip("#"))
        return [
            (x, y)
            for y in range(SAMPLE_PX // 2, self.height, SAMPLE_PX)
            for x in range(SAMPLE_PX // 2, self.width, SAMPLE_PX)
            if self.at(x, y) == wanted
        ]

    def share_of(self, colour):
        """How much of the screen has that colour, from 0 to 1."""
        rows = len(range(SAMPLE_PX // 2, self.height, SAMPLE_PX))
        columns = len(range(SAMPLE_PX // 2, self.width, SAMPLE_PX))
        return len(self.samples_of(colour)) / (rows * columns)

    def box_of(self, colour):
        """The smallest rectangle around that colour (left, top, right, bottom), or None."""
        found = self.samples_of(colour)
        if not found:
            return None
        columns, rows = [x for x, _ in found], [y for _, y in found]
        return min(columns), min(rows), max(columns), max(rows)

    def save_png(self, path):
        """Writes the picture as PNG."""

        def chunk(kind, body):
            return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

        line = 3 * self.width
        rows = b"".join(b"\0" + self.rgb[at : at + line] for at in range(0, len(self.rgb), line))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 6)), chunk(b"IEND", b"")]
        Path(path).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


class Machine:
    """QEMU with one screen, one touch screen and one serial line. Use it in a `with` block."""

    def __init__(self, guest, folder, width, height, test="parvis", devices=()):
        """`test` tells the guest's first process what to do; `devices` are more of QEMU's arguments."""
        self.serial_file = Path(folder) / "serial.log"
        self._scratch = tempfile.TemporaryDirectory(prefix="parvis-vm-")
        self._qmp_path = Path(self._scratch.name) / "qmp"
        self._qmp, self._process = None, None
        self._command = [
            "qemu-system-x86_64",
            *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-nic", "none"),
            # Without the old keyboard and mouse controller, the touch screen is the only input.
            *("-machine", "q35,i8042=off", "-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024"),
            *self.starts(guest, test),
            *("-device", f"virtio-gpu-pci,xres={width},yres={height}"),
            *("-device", "virtio-multitouch-pci"),
            *("-serial", f"file:{self.serial_file}"),
            *("-qmp", f"unix:{self._qmp_path},server=on,wait=off"),
            *devices,
        ]

    def starts(self, guest, test):
        """QEMU's arguments for what it starts."""
        return (
            *("-kernel", f"{guest}/vmlinuz", "-initrd", f"{guest}/root.cpio"),
            *("-append", f"console=ttyS0 quiet panic=-1 vt.global_cursor_default=0 test={test}"),
        )

    def __enter__(self):
        self.serial_file.unlink(missing_ok=True)
        self._power_on = time.monotonic()
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        try:
            self._connect()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def since_power_on(self):
        """Seconds."""
        return time.monotonic() - self._power_on

    def said(self):
        """What the guest has written on its serial line."""
        return self.serial_file.read_text(errors="replace") if self.serial_file.exists() else ""

    def heard(self, pattern, seconds, after=0):
        """Waits for a regular expression in what the guest says after that many characters. Returns the match."""
        deadline = time.monotonic() + seconds
        while not (match := re.search(pattern, self.said()[after:])):
            self._check_alive()
            if time.monotonic() > deadline:
                raise MachineError(f"after {seconds:.0f} s, the guest has not said {pattern}: see {self.serial_file}")
            time.sleep(LISTEN_S)
        return match

    def screen(self):
        """What the screen shows now."""
        dump = Path(self._scratch.name) / "screen.ppm"
        self._ask("screendump", {"filename": str(dump)})
        return Picture.from_ppm(dump.read_bytes())

    def touch(self, x, y, picture):
        """One short touch of one finger, at a pixel of `picture`."""
        axes = [
            self._finger("data", axis=axis, value=at * AXIS_MAX // size)
            for axis, at, size in (("x", x, picture.width), ("y", y, picture.height))
        ]
        down = {"type": "btn", "data": {"button": "touch", "down": True}}
        up = {"type": "btn", "data": {"button": "touch", "down": False}}
        self._ask("input-send-event", {"events": [self._finger("begin", tracking=1), *axes, down]})
        self._ask("input-send-event", {"events": [self._finger("end", tracking=-1), up]})

    @staticmethod
    def _finger(kind, tracking=1, axis="x", value=0):
        # QEMU wants every field in every event, and uses those of its kind.
        data = {"type": kind, "slot": 0, "tracking-id": tracking, "axis": axis, "value": value}
        return {"type": "mtt", "data": data}

    def _connect(self):
        deadline = time.monotonic() + ANSWER_S
        self._qmp = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._qmp.settimeout(ANSWER_S)
        while True:
            self._check_alive()
            try:
                self._qmp.connect(str(self._qmp_path))
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise MachineError("QEMU does not open its control socket") from None
                time.sleep(0.05)
        self._answers = self._qmp.makefile("rb")
        self._answers.readline()  # its greeting
        self._ask("qmp_capabilities", {})

    def _ask(self, command, arguments):
        self._check_alive()
        try:
            self._qmp.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
            while line := self._answers.readline():
                answer = json.loads(line)
                if "error" in answer:
                    raise MachineError(f"QEMU refuses {command}: {answer['error']['desc']}")
                if "return" in answer:
                    return answer["return"]
                # Anything else is an event, which nobody waits for.
        except OSError as error:
            raise MachineError(f"QEMU does not answer {command}: {error}") from error
        raise MachineError(f"the machine went away during {command}: see {self.serial_file}")

    def _check_alive(self):
        if self._process.poll() is not None:
            raise MachineError(f"the machine has stopped by itself: see {self.serial_file}")

    def _stop(self):
        if self._qmp:
            # It may be gone already, or not listen any more.
            with contextlib.suppress(MachineError):
                self._ask("quit", {})
            self._qmp.close()
        else:
            self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._scratch.cleanup()
