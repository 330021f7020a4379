/** How many connections one worker has to one mail server at once: who comes later waits, and holds up no other server's. */

export type HostGate = <Result>(host: string, act: () => Promise<Result>) => Promise<Result>;

export const hostGate = (atOnceMax: number): HostGate => {
  const hosts = new Map<string, { open: number; readonly waiting: (() => void)[] }>();
  return async (name, act) => {
    const host = hosts.get(name) ?? { open: 0, waiting: [] };
    hosts.set(name, host);
    if (host.open >= atOnceMax) await new Promise<void>((enter) => host.waiting.push(enter));
    else host.open += 1;
    try {
      return await act();
    } finally {
      const next = host.waiting.shift();
      // Whoever waited takes over the place.
      if (next === undefined) host.open -= 1;
      else next();
      if (host.open === 0) hosts.delete(name);
    }
  };
};
