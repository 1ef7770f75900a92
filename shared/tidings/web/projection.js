// Equal Earth (Šavrič, Patterson and Jenny 2018), as infra/build_world_map.py draws the countries with it.

const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const ROOT = Math.sqrt(3);

/**
 * Degrees to the drawing's units, y down.
 * @param {number} width of the whole world in those units
 * @returns {[number, number]}
 */
export function project(longitude, latitude, width) {
  const scale = width / ((2 * Math.PI * 2 * ROOT) / (3 * A1));
  const theta = Math.asin((ROOT / 2) * Math.sin((latitude * Math.PI) / 180));
  const square = theta * theta;
  const sixth = square ** 3;
  const slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square);
  const x = (2 * ROOT * ((longitude * Math.PI) / 180) * Math.cos(theta)) / (3 * slope);
  const y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square));
  return [x * scale, -y * scale];
}

const POLE = Math.PI / 3; // the parameter's value there
const STEPS = 8; // of Newton's method; it is as near as numbers can be after five

/**
 * The drawing's units back to degrees; what lies above a pole is the pole. Longitudes beyond ±180° lie beside the world.
 * @param {number} width of the whole world in those units
 * @returns {[number, number]}
 */
export function unproject(x, y, width) {
  const scale = width / ((2 * Math.PI * 2 * ROOT) / (3 * A1));
  let theta = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const square = theta * theta;
    const sixth = square ** 3;
    const off = theta * (A1 + A2 * square + sixth * (A3 + A4 * square)) + y / scale;
    theta -= off / (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square));
    theta = Math.min(POLE, Math.max(-POLE, theta));
  }
  const latitude = (Math.asin(Math.min(1, Math.max(-1, (2 / ROOT) * Math.sin(theta)))) * 180) / Math.PI;
  return [x / project(1, latitude, width)[0], latitude]; // along a parallel all degrees are of one length
}
