/**
 * Unsaved drawings, kept in this browser (IndexedDB) until they are published or discarded, and offered to nobody but
 * the account that drew them: several people may use one browser.
 */

const NAME = "ikz-prozesshub";
const STORE = "drawings";

function database() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 2);
    opening.onupgradeneeded = () => {
      // Drawings of before, which name no account, could be anybody's.
      if (opening.result.objectStoreNames.contains(STORE)) {
        opening.result.deleteObjectStore(STORE);
      }
      opening.result.createObjectStore(STORE, { keyPath: ["owner", "entry", "base"] });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function within(mode, act) {
  const store = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = store.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    store.close();
  }
}

/**
 * @typedef {{owner: string, entry: string, base: string, before: string, after: string, at: string}} Drawing
 * `before` is the model as it was exported before the first edit, `base` the version it came from.
 */

/** Keeps a drawing; rejects where the browser has no room or no permission. */
export const keep = (/** @type {Drawing} */ drawing) => within("readwrite", (store) => store.put(drawing));

/** Forgets the drawing made from this version. */
export const forget = (owner, entry, base) => within("readwrite", (store) => store.delete([owner, entry, base]));

/** Returns the latest drawing of an entry that this account has kept, or undefined. @returns {Promise<Drawing | undefined>} */
export async function latest(owner, entry) {
  const all = await within("readonly", (store) => store.getAll(IDBKeyRange.bound([owner, entry], [owner, entry, []])));
  return all.sort((one, other) => one.at.localeCompare(other.at)).at(-1);
}
