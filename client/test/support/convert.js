// Converts coordinates as the viewer does, for tests that compare it with other programs: each line
// of standard input is a job in JSON, each line of standard output its result.
//
// A job has the `sky` of an image's metadata, `points` as [x, y] and `positions` as [lon, lat]; the
// result has the positions of the points and the points of the positions, null where the viewer
// would ask the server.

import { createInterface } from 'node:readline';
import { SkyCoordinates } from '../../src/wcs/sky.js';

/** @typedef {import('../../src/types').Sky} Sky */
/** @typedef {{sky: Sky, points: [number, number][], positions: [number, number][]}} Job */

/** @param {Job} job */
function convert({ sky, points, positions }) {
  const coordinates = new SkyCoordinates(sky);
  return {
    positions: points.map(([x, y]) => {
      const position = coordinates.position(x, y);
      return position && [position.lon, position.lat];
    }),
    points: positions.map(([lon, lat]) => {
      const point = coordinates.point({ lon, lat });
      return point && [point.x, point.y];
    }),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(convert(JSON.parse(line)))}\n`);
}
