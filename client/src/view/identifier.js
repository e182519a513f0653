// Identifiers in addresses: image and view in one path segment.

/** Percent-encode, except for characters of views that a path segment may hold. @param {string} text */
function encodeSegment(text) {
  return encodeURIComponent(text).replace(/%(3B|3D|2C|3A)/g, (escape) => decodeURIComponent(escape));
}

/**
 * Identifier in which no semicolon of a file's name can be taken for the start of a view: it is
 * written as %3B, and a %3B that the name itself holds as %253B.
 * @param {string} image
 */
function protectName(image) {
  return image.replace(/%(?=(?:25)*3B)/gi, '%25').replace(/;(?=[A-Za-z_]+=)/g, '%3B');
}

/**
 * One path segment that names an image in a view.
 * @param {string} image identifier of the image
 * @param {string} view canonical text of the view, '' for the automatic one
 * @param {string | null} [substitute] characters that stand for a slash, for proxies that refuse an encoded one
 */
export function encodeIdentifier(image, view, substitute = null) {
  const bare = substitute === null ? image : image.split('/').join(substitute);
  const name = encodeURIComponent(protectName(bare));
  return view ? `${name};${encodeSegment(view)}` : name;
}
