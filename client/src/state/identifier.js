// Identifiers in addresses: image and view in one path segment.

import { VIEW_KEYS } from './view.js';

const LOOKS_LIKE_A_VIEW = new RegExp(`;(?=(${VIEW_KEYS.join('|')})=)`, 'g');

/** Percent-encode, but leave what a path segment may hold and a view is made of. @param {string} text */
function encodeSegment(text) {
  return encodeURIComponent(text).replace(/%(3B|3D|2C|3A)/g, (escape) => decodeURIComponent(escape));
}

/**
 * One path segment that names an image in a view.
 *
 * A semicolon in a file's name that a reader could take for the start of a view is encoded twice.
 * @param {string} image identifier of the image
 * @param {string} view canonical text of the view, '' for the automatic one
 */
export function encodeIdentifier(image, view) {
  const name = encodeURIComponent(image.replace(LOOKS_LIKE_A_VIEW, '%3B'));
  return view ? `${name};${encodeSegment(view)}` : name;
}
