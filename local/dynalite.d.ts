declare module 'dynalite' {
  import type { Server } from 'node:http';

  type Options = {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  };
  const dynalite: (options?: Options) => Server;
  export default dynalite;
}
