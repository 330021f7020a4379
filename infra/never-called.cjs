/**
 * Stands in a function's bundle for packages that imapflow imports and is never let to use: pino, its own logger (`logger: false`
 * everywhere), and socks, for proxies (none is ever configured). They would be read at every cold start.
 */
const neverCalled = () => {
  throw new Error('a function has neither a logger of imapflow nor proxies');
};

module.exports = Object.assign(neverCalled, { SocksClient: { createConnection: neverCalled } });
