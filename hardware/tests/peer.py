"""python-escpos's bytes for a picture: peer.py PICTURE BAND_ROWS, to standard output."""

import contextlib
import sys

from escpos.printer import Dummy

printer = Dummy()
# It warns on standard output that it does not know the width of the paper.
with contextlib.redirect_stdout(sys.stderr):
    printer.image(sys.argv[1], impl="bitImageRaster", fragment_height=int(sys.argv[2]))
sys.stdout.buffer.write(printer.output)
