"""An image of a kiosk on an emulated PC with UEFI: first screen, one touch, one call.

usage: boot.py IMAGE DUMPS-FOLDER. IMAGE is an unpacked disk; what is written to it is thrown away.
"""

import shutil
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "vm"))

from kiosk import HEIGHT, WIDTH, run  # noqa: E402
from machine import Machine, MachineError  # noqa: E402

FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
VARIABLES = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")


class Disk(Machine):
    """A PC that starts from its disk."""

    def starts(self, guest, test):
        variables = self.serial_file.with_name("variables.fd")
        shutil.copyfile(VARIABLES, variables)
        return (
            *("-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}"),
            *("-drive", f"if=pflash,format=raw,file={variables}"),
            *("-drive", f"if=virtio,format=raw,snapshot=on,file={guest}"),
        )


def main():
    image, dumps = sys.argv[1], Path(sys.argv[2])
    dumps.mkdir(parents=True, exist_ok=True)
    # So that the machine is stopped too when this program is asked to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("image: stopped"))
    try:
        with Disk(image, dumps, WIDTH, HEIGHT) as machine:
            times = run(machine, dumps, hears=False)
    except MachineError as error:
        sys.exit(f"image: {error}")
    for name, seconds in times.items():
        print(f"image: {name} {seconds:.1f}")
    print(f"image: boots, and answers touches; pictures in {dumps}")


main()
