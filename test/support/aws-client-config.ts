export type AwsClientConfig = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

/** For an SDK client that speaks to a stand-in on loopback; the credentials are nobody's. */
export const awsClientConfig = (endpoint: string): AwsClientConfig => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
