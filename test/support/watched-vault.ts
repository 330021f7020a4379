/** A vault of a test: whatever is sealed in it is a canary from then on. */
import type { Vault } from '../../shared/vault/vault.ts';
import { secretInUse } from './canary.ts';

export const watchedVault = (vault: Vault): Vault => ({
  ...vault,
  seal: async (secret, binding) => {
    for (const [name, part] of Object.entries(secret)) {
      if (/password|token|verifier|secret/i.test(name) && typeof part === 'string') secretInUse(part);
    }
    return await vault.seal(secret, binding);
  },
});
