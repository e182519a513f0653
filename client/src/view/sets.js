// Identifiers of sets: several files as the channels or frames of one image, as the server reads them.

/** @typedef {'bands' | 'frames' | 'aligned'} SetKind aligned: frames on the sky of the first */

/** Most members of a set, as the server allows. @type {Readonly<Record<SetKind, number>>} */
export const MOST_MEMBERS = Object.freeze({ bands: 16, frames: 200, aligned: 200 });

/** Folder of an identifier, with its final slash. @param {string} image */
export const folderOf = (image) => image.slice(0, image.lastIndexOf('/') + 1);

/** @param {string} name */
const escaped = (name) => name.replaceAll('%', '%25').replaceAll('|', '%7C');

/** @param {string} name */
const plain = (name) => name.replaceAll('%7C', '|').replaceAll('%25', '%');

/** Identifier of a set; members in the folder of the first are shortened. @param {SetKind} kind @param {readonly string[]} members */
export function formatSet(kind, [first, ...others]) {
  const folder = folderOf(first);
  const names = others.map((name) => escaped(name.startsWith(folder) ? name.slice(folder.length) : `/${name}`));
  return `${kind}:${[escaped(first), ...names].join('|')}`;
}

/** Kind and members of a set; null for other images. @param {string} image @returns {{kind: SetKind, members: string[]} | null} */
export function parseSet(image) {
  const found = /^(bands|frames|aligned):(.*\|.*)$/s.exec(image);
  if (!found) return null;
  const [first, ...others] = found[2].split('|');
  const folder = folderOf(first);
  const members = [first, ...others.map((name) => (name.startsWith('/') ? name.slice(1) : folder + name))].map(plain);
  return { kind: /** @type {SetKind} */ (found[1]), members };
}

/** Folder in which the list shows an image, or the first file of a set. @param {string} image */
export const listFolderOf = (image) => folderOf(parseSet(image)?.members[0] ?? image);
