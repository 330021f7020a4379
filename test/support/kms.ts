/** A stand-in for KMS on loopback: the real client's protocol (JSON 1.1), real AES-256-GCM bound to the encryption context. */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type AwsClientConfig, awsClientConfig } from './aws-client-config.ts';

export type Kms = {
  readonly clientConfig: AwsClientConfig;
  /** ARN of the one key there is. */
  readonly keyId: string;
  /** Requests answered, by operation, errors included: `{ Decrypt: 1 }`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly stop: () => Promise<void>;
};

type Request = {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly KeySpec?: 'AES_256' | 'AES_128';
  readonly NumberOfBytes?: number;
};

const IV_BYTES = 12;
const TAG_BYTES = 16;

export const startKms = async (keyId = `arn:aws:kms:us-east-1:000000000000:key/${randomUUID()}`): Promise<Kms> => {
  const key = randomBytes(32);
  const calls: Record<string, number> = {};
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('TrentService.', '');
    calls[operation] = (calls[operation] ?? 0) + 1;
    readJson(request)
      .then((body) => answer(operation, body, keyId, key))
      .catch((error: unknown) => error)
      .then((result) => {
        const failed =
          result instanceof KmsError ? result : result instanceof Error ? new KmsError(result.name) : undefined;
        const body = failed === undefined ? result : { __type: failed.type, message: failed.message };
        response.writeHead(failed === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(body));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    clientConfig: awsClientConfig(`http://127.0.0.1:${address.port}`),
    keyId,
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

class KmsError extends Error {
  readonly type: string;
  constructor(type: string, message = type) {
    super(message);
    this.type = type;
  }
}

const answer = (operation: string, request: Request, keyId: string, key: Buffer): Record<string, string> => {
  const context = contextBytes(request.EncryptionContext);
  switch (operation) {
    case 'Encrypt':
      refuseOtherKey(request.KeyId, keyId);
      return { KeyId: keyId, CiphertextBlob: seal(key, Buffer.from(request.Plaintext ?? '', 'base64'), context) };
    case 'GenerateDataKey': {
      refuseOtherKey(request.KeyId, keyId);
      const dataKey = randomBytes(request.NumberOfBytes ?? (request.KeySpec === 'AES_128' ? 16 : 32));
      return { KeyId: keyId, Plaintext: dataKey.toString('base64'), CiphertextBlob: seal(key, dataKey, context) };
    }
    case 'Decrypt':
      if (request.KeyId !== undefined) refuseOtherKey(request.KeyId, keyId);
      return { KeyId: keyId, Plaintext: open(key, Buffer.from(request.CiphertextBlob ?? '', 'base64'), context) };
    default:
      throw new KmsError('UnsupportedOperationException', `no ${operation} here`);
  }
};

const refuseOtherKey = (asked: string | undefined, keyId: string): void => {
  if (asked !== keyId && asked !== keyId.split('/')[1])
    throw new KmsError('NotFoundException', `Key ${asked} does not exist`);
};

/** The pairs in one order: KMS compares contexts as sets of pairs. */
const contextBytes = (context: Readonly<Record<string, string>> = {}): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

const seal = (key: Buffer, plaintext: Buffer, context: Buffer): string => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(context);
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
};

const open = (key: Buffer, blob: Buffer, context: Buffer): string => {
  try {
    const tagEnd = IV_BYTES + TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(context).setAuthTag(blob.subarray(IV_BYTES, tagEnd));
    return Buffer.concat([decipher.update(blob.subarray(tagEnd)), decipher.final()]).toString('base64');
  } catch {
    throw new KmsError('InvalidCiphertextException');
  }
};

const readJson = async (request: IncomingMessage): Promise<Request> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
};
