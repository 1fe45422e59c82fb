import type { Wanted } from './stream-source.js';

/** What a stream is to bring that several tabs share: a tab that names nothing as visible shows all that it watches. */
export function unionOf(wanted: readonly Wanted[]): Wanted {
  const [only] = wanted;
  if (only && wanted.length === 1) return only;
  return {
    ids: [...new Set(wanted.flatMap(({ ids }) => ids))],
    visible: wanted.every(({ visible }) => visible === undefined)
      ? undefined
      : [...new Set(wanted.flatMap(({ ids, visible }) => visible ?? ids))],
    list: wanted.some(({ list }) => list),
    ...(wanted.some(({ fields }) => fields) && { fields: true }),
  };
}
