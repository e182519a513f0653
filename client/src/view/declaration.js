// A set as an entry of the settings file, where it becomes an image of its own.

import { parseSet } from './sets.js';

/** Text as YAML, in quotes unless it is certainly plain. @param {string} text */
function quoted(text) {
  return /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text) ? text : JSON.stringify(text);
}

/**
 * YAML that declares a set; paths are relative to the data root, as identifiers are.
 * @param {import('../types').Metadata} metadata of the set
 * @returns {string | null} null for other images
 */
export function declaration({ id, members, channels }) {
  const found = parseSet(id);
  if (!found || !members.length) return null;
  const name = found.kind === 'bands' ? channels.map((channel) => channel.name).join('-') : 'frames';
  const lines = ['images:', `  ${quoted(name)}:`];
  if (found.kind === 'bands') lines.push('    channels:', ...members.map((file, k) => `      ${quoted(channels[k].name)}: ${quoted(file)}`));
  else lines.push('    frames:', ...members.map((file) => `      - ${quoted(file.replace(/[*?[]/g, '[$&]'))}`));
  if (found.kind === 'aligned') lines.push('    align: wcs');
  return `${lines.join('\n')}\n`;
}
