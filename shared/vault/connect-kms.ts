/** A client of KMS; which secrets it hands out is a matter of the encryption context that a role may use. */
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';

/** `endpoint` and credentials only for a stand-in; on AWS the role gives them. */
export const connectKms = (config: KMSClientConfig = {}): KMSClient => new KMSClient(config);
