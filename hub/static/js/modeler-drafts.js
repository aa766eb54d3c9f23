/** Unsaved drawings, kept in this browser (IndexedDB) until they are published or discarded. */

const NAME = "ikz-prozesshub";
const STORE = "drawings";

function database() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: ["entry", "base"] });
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
 * @typedef {{entry: string, base: string, before: string, after: string, at: string}} Drawing
 * `before` is the model as it was exported before the first edit, `base` the version it came from.
 */

/** Keeps a drawing; rejects where the browser has no room or no permission. */
export const keep = (/** @type {Drawing} */ drawing) => within("readwrite", (store) => store.put(drawing));

/** Forgets the drawing made from this version. */
export const forget = (entry, base) => within("readwrite", (store) => store.delete([entry, base]));

/** Returns the latest kept drawing of an entry, or undefined. @returns {Promise<Drawing | undefined>} */
export async function latest(entry) {
  const all = await within("readonly", (store) => store.getAll(IDBKeyRange.bound([entry], [entry, []])));
  return all.sort((one, other) => one.at.localeCompare(other.at)).at(-1);
}
