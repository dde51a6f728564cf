/** A text that the browser keeps for the page. Storage may be blocked or full: then nothing is kept, and nothing fails. */

export interface KeptText {
  read: () => string | undefined;
  /** False where it is not kept. */
  write: (text: string) => boolean;
  forget: () => void;
}

/** `storage` is asked for each time: where it is blocked, its very name throws. */
export function keptText(key: string, storage: () => Storage = () => localStorage): KeptText {
  const tried = <T>(act: (store: Storage) => T): T | undefined => {
    try {
      return act(storage());
    } catch {
      return undefined;
    }
  };
  return {
    read: () => tried((store) => store.getItem(key)) ?? undefined,
    write: (text) => tried((store) => (store.setItem(key, text), true)) ?? false,
    forget: () => void tried((store) => store.removeItem(key)),
  };
}
