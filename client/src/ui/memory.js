// Preferences that the browser stores, if it allows it.

/** @param {string} key @returns {string | null} */
export function remembered(key) {
  try {
    return localStorage.getItem(`celestile.${key}`);
  } catch {
    return null; // storage is switched off
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(`celestile.${key}`, value);
  } catch {
    // Storage is full or switched off: the preference holds for this page only.
  }
}
