// What npos reads in a printer's bytes, from standard input to standard output: a line "WIDTH HEIGHT COMMANDS", with the
// commands that are no picture joined by commas, then one byte a dot, 1 for ink. Fails on a command that npos does not know.
'use strict';

const { readFileSync } = require('fs');
const npos = require('npos');

const INK = 0;

function others(tree) {
  return tree.map((node) => node.ascii + (node.fn || '')).filter((name) => name !== 'GSv0');
}

function dots(picture) {
  const bytes = Buffer.alloc(picture.width * picture.height);
  for (let at = 0; at < bytes.length; at += 1) {
    const pixel = picture.getPixel(at % picture.width, Math.floor(at / picture.width));
    bytes[at] = pixel === INK ? 1 : 0;
  }
  return bytes;
}

npos.parser().parse(readFileSync(0)).then((read) => {
  const picture = read.entries.find((entry) => entry.type === 'raster').data;
  process.stdout.write(`${picture.width} ${picture.height} ${others(read.tree).join(',')}\n`);
  process.stdout.write(dots(picture));
}).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
