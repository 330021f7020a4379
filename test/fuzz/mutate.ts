/** Changes a JSON value somewhere inside. */
import type { Mutation } from './request-arbitrary.ts';

type Holder = Record<string, unknown> | unknown[];

/** Every place in a value, outermost first. */
const placesIn = (value: unknown): { readonly holder: Holder; readonly key: string }[] => {
  const places: { holder: Holder; key: string }[] = [];
  const left: unknown[] = [value];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, inner] of Object.entries(next)) {
      places.push({ holder: next as Holder, key });
      left.push(inner);
    }
  }
  return places;
};

export const mutated = (value: unknown, mutations: readonly Mutation[]): unknown => {
  const copy = structuredClone(value);
  for (const { at, ...change } of mutations) {
    const places = placesIn(copy);
    const place = places[at % Math.max(1, places.length)];
    if (place === undefined) break;
    const { holder, key } = place;
    if (change.unknownName !== undefined) {
      // A list of JSON has no names; with `constructor` for one, JavaScript's own breaks.
      if (!Array.isArray(holder)) define(holder, change.unknownName, 1);
    } else if ('put' in change) define(holder, key, change.put);
    else if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  }
  return copy;
};

/** As JSON.parse would make it: `__proto__` is a name like others. */
const define = (holder: Holder, key: string, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};
